import type { ManifestOf } from '@gigascope/contracts';
import { drawDetectionOverlay } from '../pictures/detection-overlay.ts';
import { composeResult, countClasses } from './compose-result.ts';
import type { TaskFindings } from './findings.ts';
import { mergeBoxes } from './merge-boxes.ts';
import type { StageInput } from './stage-outcome.ts';
import { writeBoxes } from './write-boxes.ts';
import { write } from './write-output.ts';

/** Writes boxes and overlay. */
export async function finishDetect(folder: string, input: StageInput<ManifestOf<'detect'>>): Promise<TaskFindings> {
  const { plan, manifest, parameters } = input;
  const { classes } = manifest;
  const { detections, truncated } = mergeBoxes(input, parameters.threshold);
  const counts = countClasses(detections, classes);
  const result = composeResult(
    { ...input, stages: [input] },
    {
      threshold: parameters.threshold ?? manifest.threshold,
      counts,
      ...(truncated && { warnings: ['DETECTIONS_TRUNCATED'] }),
    },
  );
  const files = [
    ...(await writeBoxes(folder, detections, classes)),
    await write(folder, 'overlay.png', await drawDetectionOverlay({ plan, detections, counts, classes })),
  ];
  return { result, detections, segmentsFile: null, files };
}
