import type { AnalysisPlan, AnalysisResult, ManifestOf } from '@gigascope/contracts';
import {
  describeLesions,
  type Heatmap,
  HeatmapAssembler,
  nmsDisc,
  nmsRadiusCells,
  slideScore,
} from '@gigascope/findings';
import { cellCentreL0 } from '@gigascope/tiling';
import { gridOf } from '../stage-grid.ts';
import { readClassified } from '../tasks/classify.ts';
import { composeResult, type OwnFindings } from './compose-result.ts';
import type { StageInput, StageOutcome } from './stage-outcome.ts';

/** Turns a classifying stage's predictions into heatmap, lesion points and slide score. Pure: the same input gives the same output. */
export function findLesions(input: StageInput<ManifestOf<'classify'>>): { heatmap: Heatmap; result: AnalysisResult } {
  const { plan, manifest, parameters } = input;
  const threshold = parameters.threshold ?? manifest.threshold;
  const radiusUm = parameters.nmsRadiusUm ?? manifest.nmsRadiusUm;
  const grid = gridOf(plan, manifest);
  const heatmap = assembleHeatmap(plan, input.outputs);
  const points = nmsDisc(heatmap, { threshold, radiusCells: nmsRadiusCells(radiusUm, grid.stridePx, grid.targetMpp) });
  const lesions = describeLesions(heatmap, points, {
    threshold,
    cellUm: grid.stridePx * grid.targetMpp,
    cellCentreL0: (colHeat, rowHeat) => cellCentreL0(grid, colHeat, rowHeat),
  });
  const score = slideScore(heatmap);
  const positive = score === null ? null : score >= threshold;
  const own: OwnFindings = { score, scoreMeaning: 'highest-probability', threshold, positive, lesions: [...lesions] };
  return { heatmap, result: composeResult({ ...input, stages: [input] }, own) };
}

/** The heatmap of a classifying stage: the positive class's probability, quantised; NaN where nothing was inferred. */
export function assembleHeatmap(
  { grid, tissueCells, blocks }: AnalysisPlan,
  outputs: StageOutcome['outputs'],
): Heatmap {
  const assembler = new HeatmapAssembler({ width: grid.columns, height: grid.rows, data: tissueCells });
  for (const block of blocks) assembler.add(block, readClassified(outputs.get(block.index) ?? new Uint8Array()));
  return assembler.finish();
}
