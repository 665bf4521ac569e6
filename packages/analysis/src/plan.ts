import {
  type AnalysisParameters,
  type AnalysisPlan,
  type ChosenRegions,
  GigascopeError,
  type ModelManifest,
  type Rect,
  type SlideMetadata,
} from '@gigascope/contracts';
import {
  cellRectL0,
  computeTissueMask,
  createPatchGrid,
  measureStain,
  type PatchGrid,
  planBlocks,
  readThumbnail,
  resolveSpacing,
  type SlideReader,
  tissueCells,
} from '@gigascope/tiling';
import { checkScope } from './check-scope.ts';
import { noThumbnail } from './thumbnail-file.ts';
import { tissueMethodOf } from './tissue-method.ts';

const THUMBNAIL_MAX_SIDE_PX = 2048;
/** A level of at least this size is the thumbnail as it is: making it anew from a larger one takes several times as long. */
const THUMBNAIL_MIN_SIDE_PX = 1024;
/** What `blockCells` counts; a model with larger cells gets as many fewer, so that a block is about as large to read. */
const USUAL_CELL_PX = 128;

export interface PlanInput {
  readonly manifest: ModelManifest;
  readonly parameters: AnalysisParameters;
  /** Of the bundle, from 0. */
  readonly stage: number;
  /** What the stage before chose; null for the first. */
  readonly regions: ChosenRegions | null;
}

/**
 * Decides which cells of a slide a stage infers, and in which blocks. Reads only the low levels of the pyramid. Throws OUT_OF_SCOPE for a
 * slide that the model was not made for, unless the parameters force it.
 */
export async function planStage(reader: SlideReader, input: PlanInput): Promise<AnalysisPlan> {
  const { manifest, parameters, stage, regions } = input;
  const { metadata } = reader;
  const spacing = resolveSpacing(metadata, parameters);
  const grid = createPatchGrid({
    metadata,
    spacing,
    targetMpp: manifest.mpp,
    patchSizePx: manifest.patchSizePx,
    stridePx: manifest.stridePx,
  });
  const tissue = await computeTissueMask(reader, spacing, tissueMethodOf(parameters, manifest));
  const cells = tissueCells(tissue, grid);
  if (regions !== null) keepChosen(cells, grid, regions);
  // A later stage reads the same slide.
  const picture = stage === 0 ? (await readThumbnail(reader, thumbnailSidePx(metadata))).image : null;
  const stain = picture === null ? null : measureStain(picture);
  const outOfScope = checkScope(manifest.scope, { spacing, stain });
  if (outOfScope !== null && !parameters.force) throw new GigascopeError('OUT_OF_SCOPE', outOfScope);
  const blockCells = Math.max(1, Math.round((parameters.blockCells * USUAL_CELL_PX) / manifest.stridePx));
  return {
    stage,
    metadata,
    spacing,
    grid: grid.summary,
    tissueShare: tissue.share,
    tissueCells: cells,
    blocks: planBlocks(grid, cells, blockCells),
    thumbnail: picture ?? noThumbnail(),
    resolutionLow: grid.resolutionLow,
    outOfScope,
  };
}

function thumbnailSidePx({ levels }: SlideMetadata): number {
  const sides = levels.map(({ widthPx, heightPx }) => Math.max(widthPx, heightPx));
  const ready = sides.filter((side) => side >= THUMBNAIL_MIN_SIDE_PX && side <= THUMBNAIL_MAX_SIDE_PX);
  return ready.length === 0 ? THUMBNAIL_MAX_SIDE_PX : Math.max(...ready);
}

/** Leaves out the cells that touch no chosen cell of the stage before: what lies in one is read whole. */
function keepChosen(cells: Uint8Array, grid: PatchGrid, regions: ChosenRegions): void {
  for (let row = 0; row < grid.rows; row++)
    for (let col = 0; col < grid.columns; col++)
      if (!touchesChosen(cellRectL0(grid, col, row), regions)) cells[row * grid.columns + col] = 0;
}

function touchesChosen({ x, y, width, height }: Rect<'l0'>, { grid, cells }: ChosenRegions): boolean {
  const lastCol = Math.min(grid.columns, Math.ceil((x + width) / grid.cellL0.x));
  const lastRow = Math.min(grid.rows, Math.ceil((y + height) / grid.cellL0.y));
  for (let row = Math.floor(y / grid.cellL0.y); row < lastRow; row++)
    for (let col = Math.floor(x / grid.cellL0.x); col < lastCol; col++)
      if (cells[row * grid.columns + col] === 1) return true;
  return false;
}
