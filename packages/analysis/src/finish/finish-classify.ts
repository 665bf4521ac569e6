import type { ManifestOf } from '@gigascope/contracts';
import { formatDetectionCsv, formatLesionsGeoJson } from '@gigascope/findings';
import { drawOverlay } from '../pictures/overlay.ts';
import { findLesions } from './find-lesions.ts';
import type { TaskFindings } from './findings.ts';
import type { StageInput } from './stage-outcome.ts';
import { writeHeatmap } from './write-heatmap.ts';
import { write } from './write-output.ts';

/** Writes heatmap, lesions and overlay. */
export async function finishClassify(folder: string, input: StageInput<ManifestOf<'classify'>>): Promise<TaskFindings> {
  const { heatmap, result } = findLesions(input);
  const { lesions, threshold } = result;
  const files = [
    ...(await writeHeatmap(folder, heatmap)),
    await write(folder, 'overlay.png', await drawOverlay({ plan: input.plan, heatmap, lesions, threshold })),
    await write(folder, 'lesions.csv', formatDetectionCsv(lesions)),
    await write(folder, 'lesions.geojson', formatLesionsGeoJson(lesions)),
  ];
  return { result, detections: [], segmentsFile: null, files };
}
