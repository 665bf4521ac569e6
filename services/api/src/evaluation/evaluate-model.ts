import type { Evaluation } from '@gigascope/contracts/http';
import type { ScoredCase, SlideHits } from '@gigascope/findings';
import type { EvaluatedSlideRow, Store } from '@gigascope/store';
import { mppOf } from './compare-findings.ts';
import type { EvaluationThread } from './evaluation-threads.ts';
import { presentFroc } from './present-froc.ts';

const RESAMPLES = 1000;

export interface EvaluatedSlides {
  /** For the slides' ROC curve; slides without tissue have no score. */
  readonly cases: readonly ScoredCase[];
  readonly froc: Evaluation['froc'];
  readonly withoutLesions: number;
}

/** Compares a model's results with what is known of their slides, one slide at a time. */
export async function evaluateSlides(
  store: Store,
  tenantId: string,
  rows: readonly EvaluatedSlideRow[],
  thread: EvaluationThread,
): Promise<EvaluatedSlides> {
  const hits: SlideHits[] = [];
  const cases: ScoredCase[] = [];
  let withoutLesions = 0;
  for (const row of rows) {
    const truth = await truthOf(store, tenantId, row, thread);
    if (truth === null) continue;
    if (truth.hits === null) withoutLesions++;
    else hits.push(truth.hits);
    if (row.score !== null) cases.push({ score: row.score, positive: truth.positive });
  }
  if (hits.length === 0) return { cases, froc: null, withoutLesions };
  return { cases, froc: presentFroc(await thread.call('froc', { hits, resamples: RESAMPLES })), withoutLesions };
}

/** null where the annotations draw no tumour and nobody said what the slide is; `hits` null where the lesions are not known. */
async function truthOf(
  store: Store,
  tenantId: string,
  { slideId, analysisId, label, truthSetId }: EvaluatedSlideRow,
  thread: EvaluationThread,
): Promise<{ readonly positive: boolean; readonly hits: SlideHits | null } | null> {
  const set =
    label === 'normal' || truthSetId === null ? null : await store.annotations.get(tenantId, slideId, truthSetId);
  if (label !== 'normal' && set === null) return label === null ? null : { positive: true, hits: null };
  const found = await store.analyses.result(tenantId, analysisId);
  if (found === null) return null;
  const { hits, outlines } = await thread.call('tallyLesions', {
    name: slideId,
    geojson: set?.geojson ?? null,
    lesions: found.lesions,
    mpp: mppOf(found.result),
  });
  if (label === 'normal') return { positive: false, hits };
  if (outlines === 0) return label === null ? null : { positive: true, hits: null };
  return { positive: true, hits };
}
