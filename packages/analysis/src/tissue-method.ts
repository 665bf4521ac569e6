import type { AnalysisParameters, ModelManifest, TissueMethod } from '@gigascope/contracts';

/** How tissue is told from glass: as the caller asks, else as the model's manifest says, else by saturation. */
export function tissueMethodOf(
  { tissue }: Pick<AnalysisParameters, 'tissue'>,
  manifest: Pick<ModelManifest, 'tissue'>,
): TissueMethod {
  return tissue ?? manifest.tissue ?? 'saturation';
}
