import type { AnalysisParameters, Detection, ManifestOf } from '@gigascope/contracts';
import { mergeDetections } from '@gigascope/findings';
import { readDetected } from '../tasks/detect.ts';
import type { StageOutcome } from './stage-outcome.ts';

/** Joins what a detecting stage's windows found to the slide's detections, and says whether a window found more than its limit. */
export function mergeBoxes(
  { plan, manifest, outputs }: StageOutcome<ManifestOf<'detect'>>,
  threshold: AnalysisParameters['threshold'],
): { readonly detections: Detection[]; readonly truncated: boolean } {
  const blocks = plan.blocks.map(({ index }) => readDetected(outputs.get(index) ?? new Uint8Array()));
  const detections = mergeDetections(
    blocks.map(({ rows }) => rows),
    {
      classes: manifest.classes,
      slideL0: { width: plan.metadata.widthL0, height: plan.metadata.heightL0 },
      threshold: threshold ?? manifest.threshold,
      nmsIou: manifest.nmsIou,
      exclusive: manifest.exclusive,
    },
  );
  return { detections, truncated: blocks.some(({ truncatedWindows }) => truncatedWindows > 0) };
}
