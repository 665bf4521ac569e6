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
  const heatmap = assembleHeatmap(input.plan, input.outputs);
  const own = lesionsOf(heatmap, input);
  return { heatmap, result: composeResult({ ...input, stages: [input] }, own) };
}

/** What a heatmap over a stage's grid says: lesion points and slide score, by the stage's and the caller's settings. */
export function lesionsOf(
  heatmap: Heatmap,
  { plan, manifest, parameters }: Pick<StageInput<ManifestOf<'classify'>>, 'plan' | 'manifest' | 'parameters'>,
): OwnFindings & Pick<AnalysisResult, 'lesions'> {
  const threshold = parameters.threshold ?? manifest.threshold;
  const radiusUm = parameters.nmsRadiusUm ?? manifest.nmsRadiusUm;
  const grid = gridOf(plan, manifest);
  const points = nmsDisc(heatmap, { threshold, radiusCells: nmsRadiusCells(radiusUm, grid.stridePx, grid.targetMpp) });
  const lesions = describeLesions(heatmap, points, {
    threshold,
    cellUm: grid.stridePx * grid.targetMpp,
    cellCentreL0: (colHeat, rowHeat) => cellCentreL0(grid, colHeat, rowHeat),
  });
  const score = slideScore(heatmap);
  const positive = score === null ? null : score >= threshold;
  return { score, scoreMeaning: 'highest-probability', threshold, positive, lesions: [...lesions] };
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
