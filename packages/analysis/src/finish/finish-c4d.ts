import type { ChosenRegions, Detection, ManifestOf } from '@gigascope/contracts';
import { gradeC4d } from '@gigascope/findings';
import { chooseCells } from '../choose-regions.ts';
import { drawDetectionOverlay } from '../pictures/detection-overlay.ts';
import { composeResult, countClasses } from './compose-result.ts';
import { assembleHeatmap } from './find-lesions.ts';
import type { TaskFindings } from './findings.ts';
import { mergeBoxes } from './merge-boxes.ts';
import { stageOf } from './pipeline-stage.ts';
import type { FinishInput } from './stage-outcome.ts';
import { writeBoxes } from './write-boxes.ts';
import { writeHeatmap } from './write-heatmap.ts';
import { write } from './write-output.ts';

/**
 * Grades a slide by two stages (Kim et al. 2019): the first one's heatmap says where capillaries can be judged, the second one's
 * boxes are capillaries, and the share of positive ones is the Banff C4d score.
 */
export async function finishC4d(
  folder: string,
  input: Omit<FinishInput, 'manifest'> & { readonly manifest: ManifestOf<'pipeline'> },
): Promise<TaskFindings> {
  const { manifest, parameters } = input;
  const regions = stageOf(input, 0, 'classify');
  const objects = stageOf(input, 1, 'detect');
  const { classes } = objects.manifest;
  const heatmap = assembleHeatmap(regions.plan, regions.outputs);
  const chosen = chooseCells(regions, manifest.regions);
  const { detections: all, truncated } = mergeBoxes(objects, parameters.threshold);
  // The second stage's cells reach beyond the chosen ones; what is centred there cannot be judged.
  const detections = all
    .filter((detection) => isChosen(detection, chosen))
    .map((detection, k) => ({ ...detection, rank: k + 1 }));
  const counts = countClasses(detections, classes);
  const positives = counts.find((count) => count.class === manifest.positiveClass)?.count ?? 0;
  const grading = gradeC4d(positives, detections.length - positives);
  const result = composeResult(input, {
    threshold: parameters.threshold ?? objects.manifest.threshold,
    score: grading.grade,
    scoreMeaning: 'banff-grade',
    counts,
    grading,
    chosenCells: [chosen.cells.reduce((sum, cell) => sum + cell, 0)],
    ...(truncated && { warnings: ['DETECTIONS_TRUNCATED'] }),
  });
  // The thumbnail is the first plan's; boxes are drawn over the cells that were read for them.
  const plan = { ...objects.plan, thumbnail: regions.plan.thumbnail };
  const files = [
    ...(await writeHeatmap(folder, heatmap)),
    ...(await writeBoxes(folder, detections, classes)),
    await write(folder, 'overlay.png', await drawDetectionOverlay({ plan, detections, counts, classes })),
  ];
  return { result, detections, segmentsFile: null, files };
}

/** Whether a box is centred in a chosen cell. */
function isChosen({ x0L0, y0L0, x1L0, y1L0 }: Detection, { grid, cells }: ChosenRegions): boolean {
  const col = Math.floor((x0L0 + x1L0) / 2 / grid.cellL0.x);
  const row = Math.floor((y0L0 + y1L0) / 2 / grid.cellL0.y);
  return cells[row * grid.columns + col] === 1;
}
