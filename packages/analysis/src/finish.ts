import {
  type AnalysisParameters,
  type AnalysisPlan,
  AnalysisResult,
  type BundleManifest,
  type Stamp,
  WARNINGS,
  type WarningCode,
} from '@gigascope/contracts';
import {
  describeLesions,
  type Heatmap,
  HeatmapAssembler,
  nmsDisc,
  nmsRadiusCells,
  slideScore,
} from '@gigascope/findings';
import { cellCentreL0, createPatchGrid } from '@gigascope/tiling';

export interface FinishInput {
  readonly slideName: string;
  readonly plan: AnalysisPlan;
  readonly manifest: BundleManifest;
  readonly parameters: AnalysisParameters;
  readonly stamp: Stamp;
  /** Predictions of every block, by block index. */
  readonly predictions: ReadonlyMap<number, Float32Array>;
}

/** Turns the blocks' predictions into heatmap, lesion points and slide score. Pure: the same input gives the same output. */
export function finish(input: FinishInput): { heatmap: Heatmap; result: AnalysisResult } {
  const { plan, manifest, parameters, stamp } = input;
  const threshold = parameters.threshold ?? manifest.threshold;
  const radiusUm = parameters.nmsRadiusUm ?? manifest.nmsRadiusUm;
  const grid = createPatchGrid({ ...plan, ...manifest, targetMpp: manifest.mpp });
  const heatmap = assemble(plan, input.predictions);
  const points = nmsDisc(heatmap, { threshold, radiusCells: nmsRadiusCells(radiusUm, grid.stridePx, grid.targetMpp) });
  const lesions = describeLesions(heatmap, points, {
    threshold,
    cellUm: grid.stridePx * grid.targetMpp,
    cellCentreL0: (colHeat, rowHeat) => cellCentreL0(grid, colHeat, rowHeat),
  });
  const score = slideScore(heatmap);
  const { properties: _identifying, ...metadata } = plan.metadata;
  // Parsed, so that keys stand in the schema's order: a plan that went through a database comes back in another.
  const result = AnalysisResult.parse({
    schemaVersion: 1,
    state: 'succeeded',
    slide: { name: input.slideName, metadata, mpp: plan.spacing },
    model: { name: manifest.name, version: manifest.version, scope: describeScope(manifest) },
    grid: plan.grid,
    tissue: {
      method: parameters.tissue,
      share: plan.tissueShare,
      cells: plan.blocks.reduce((sum, block) => sum + block.tissueCells, 0),
    },
    score,
    threshold,
    positive: score === null ? null : score >= threshold,
    lesions: [...lesions],
    warnings: warningsOf(plan).map((code) => ({ code, message: WARNINGS[code] })),
    stamp,
  });
  return { heatmap, result };
}

function assemble({ grid, tissueCells, blocks }: AnalysisPlan, predictions: FinishInput['predictions']): Heatmap {
  const assembler = new HeatmapAssembler({ width: grid.columns, height: grid.rows, data: tissueCells });
  for (const block of blocks) assembler.add(block, predictions.get(block.index) ?? new Float32Array());
  return assembler.finish();
}

function warningsOf(plan: AnalysisPlan): WarningCode[] {
  const codes: WarningCode[] = [];
  if (plan.blocks.length === 0) codes.push('TISSUE_EMPTY');
  if (plan.resolutionLow) codes.push('RESOLUTION_LOW');
  if (plan.spacing.source === 'objective-power') codes.push('SPACING_ASSUMED');
  return codes;
}

function describeScope({ scope }: BundleManifest): string {
  return `Made for ${scope.species} ${scope.organ}, ${scope.stain}. On anything else its findings have no meaning.`;
}
