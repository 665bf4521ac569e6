import type { AnalysisPlan, ModelManifest } from '@gigascope/contracts';
import { createPatchGrid, type PatchGrid } from '@gigascope/tiling';

/** The grid that a stage's plan was made on. */
export function gridOf(plan: Pick<AnalysisPlan, 'metadata' | 'spacing'>, manifest: ModelManifest): PatchGrid {
  return createPatchGrid({ ...plan, ...manifest, targetMpp: manifest.mpp });
}
