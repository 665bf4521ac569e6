import type { AnalysisParameters, AnalysisPlan, BundleManifest } from '@gigascope/contracts';
import {
  computeTissueMask,
  createPatchGrid,
  planBlocks,
  readThumbnail,
  resolveSpacing,
  type SlideReader,
  tissueCells,
} from '@gigascope/tiling';

const THUMBNAIL_MAX_SIDE_PX = 2048;

/** Decides which cells of a slide are inferred, and in which blocks. Reads only the low levels of the pyramid. */
export async function planAnalysis(
  reader: SlideReader,
  manifest: BundleManifest,
  parameters: AnalysisParameters,
): Promise<AnalysisPlan> {
  const { metadata } = reader;
  const spacing = resolveSpacing(metadata, parameters);
  const grid = createPatchGrid({
    metadata,
    spacing,
    targetMpp: manifest.mpp,
    patchSizePx: manifest.patchSizePx,
    stridePx: manifest.stridePx,
  });
  const tissue = await computeTissueMask(reader, spacing, parameters.tissue);
  const cells = tissueCells(tissue, grid);
  const { image: thumbnail } = await readThumbnail(reader, THUMBNAIL_MAX_SIDE_PX);
  return {
    metadata,
    spacing,
    grid: grid.summary,
    tissueShare: tissue.share,
    tissueCells: cells,
    blocks: planBlocks(grid, cells, parameters.blockCells),
    thumbnail,
    resolutionLow: grid.resolutionLow,
  };
}
