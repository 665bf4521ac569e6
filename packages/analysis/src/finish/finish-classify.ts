import type { AnalysisPlan, AnalysisResult, ManifestOf } from '@gigascope/contracts';
import { formatDetectionCsv, formatLesionsGeoJson, type Heatmap } from '@gigascope/findings';
import { drawOverlay } from '../pictures/overlay.ts';
import { findLesions } from './find-lesions.ts';
import type { TaskFindings } from './findings.ts';
import type { StageInput } from './stage-outcome.ts';
import { writeHeatmap } from './write-heatmap.ts';
import { write } from './write-output.ts';

/** Writes heatmap, lesions and overlay. */
export async function finishClassify(folder: string, input: StageInput<ManifestOf<'classify'>>): Promise<TaskFindings> {
  return await writeClassified(folder, { plan: input.plan, ...findLesions(input) });
}

interface Classified {
  readonly plan: AnalysisPlan;
  readonly heatmap: Heatmap;
  readonly result: AnalysisResult;
}

/** The files of what a classifier found. */
export async function writeClassified(folder: string, { plan, heatmap, result }: Classified): Promise<TaskFindings> {
  const { lesions, threshold } = result;
  const files = [
    ...(await writeHeatmap(folder, heatmap)),
    await write(folder, 'overlay.png', await drawOverlay({ plan, heatmap, lesions, threshold })),
    await write(folder, 'lesions.csv', formatDetectionCsv(lesions)),
    await write(folder, 'lesions.geojson', formatLesionsGeoJson(lesions)),
  ];
  return { result, detections: [], segmentsFile: null, files };
}
