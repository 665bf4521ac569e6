import type { AnalysisResult, Detection } from '@gigascope/contracts';
import type { Agreement } from '@gigascope/contracts/http';
import type { Store } from '@gigascope/store';
import { findingPages } from '../exports/finding-pages.ts';
import type { FinishedAnalysis } from '../exports/finished-analysis.ts';
import type { EvaluationThread } from './evaluation-threads.ts';
import { presentFrocPoint } from './present-froc.ts';

/** The most probable boxes; a slide with more has them by the ten thousand. */
const MOST_BOXES = 50_000;
const MOST_OUTLINES = 200_000;

type Compared = Pick<Agreement, 'ignored' | 'agreement'>;
export type Compare = (
  parts: { readonly store: Store; readonly thread: EvaluationThread; readonly geojson: string },
  finished: FinishedAnalysis,
) => Promise<Compared>;

const compareLesions: Compare = async ({ thread, geojson }, { row, found }) => {
  const { hits, ignored } = await thread.call('tallyLesions', {
    name: row.slideId,
    geojson,
    lesions: found.lesions,
    mpp: mppOf(found.result),
  });
  const { curve } = await thread.call('froc', { hits: [hits], resamples: 0 });
  const misses = hits.lesionScores.filter((score) => score === null).length;
  return {
    ignored,
    agreement: {
      kind: 'lesions',
      hits: hits.lesionScores.length - misses,
      misses,
      falsePositives: hits.falsePositives.length,
      isolatedTumourCells: hits.itcs,
      froc: curve.map(presentFrocPoint),
    },
  };
};

const compareBoxes: Compare = async ({ store, thread, geojson }, { row, found }) => {
  const detections: Detection[] = [];
  let truncated = false;
  for await (const rows of findingPages(store, 'detections', row.tenantId, row.id)) {
    truncated = detections.length + rows.length > MOST_BOXES;
    if (truncated) break;
    detections.push(...rows);
  }
  const { threshold } = found.result;
  const { figures, ignored } = await thread.call('compareBoxes', { geojson, detections, threshold });
  return { ignored, agreement: { ...figures, truncated } };
};

const compareOutlines: Compare = async ({ store, thread, geojson }, { row }) => {
  const { bounds, ignored } = await thread.call('beginOutlines', { geojson });
  let [seen, truncated] = [0, false];
  for await (const segments of findingPages(store, 'segments', row.tenantId, row.id, bounds)) {
    truncated = seen + segments.length > MOST_OUTLINES;
    if (truncated) break;
    seen += segments.length;
    await thread.call('addOutlines', { segments });
  }
  return { ignored, agreement: { ...(await thread.call('endOutlines', {})), truncated } };
};

/** How what a model of each task finds is compared with what was drawn. */
export const COMPARE: Readonly<Record<AnalysisResult['task'], Compare>> = {
  classify: compareLesions,
  detect: compareBoxes,
  pipeline: compareBoxes,
  segment: compareOutlines,
};

/** µm per level-0 pixel, as one number: the side of a square of a pixel's area. */
export function mppOf({ slide: { mpp } }: AnalysisResult): number {
  return Math.sqrt(mpp.x * mpp.y);
}
