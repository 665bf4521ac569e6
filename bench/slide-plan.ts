import { PatchCutter } from '@gigascope/analysis';
import type { Block } from '@gigascope/contracts';
import {
  computeTissueMask,
  createPatchGrid,
  type PatchGrid,
  patchOriginTarget,
  planBlocks,
  resolveSpacing,
  type SlideReader,
  tissueCells,
} from '@gigascope/tiling';

/** The lattice of Liu et al. 2017, as the shipped `metastasis` reads, and their batches, which the bare loops take. */
export const [PATCH_PX, STRIDE_PX, BATCH] = [299, 128, 32];
const BLOCK_CELLS = 16;
/** What calibrated engines take of a slow network. 32 patches do not stay in a processor's cache, and cutting them takes a third longer. */
const CUT_BATCH = 4;
const BUFFERS = 4;

export interface SlidePlan {
  readonly grid: PatchGrid;
  /** 1 on tissue; row-major [rows, columns]. */
  readonly cells: Uint8Array;
  readonly blocks: readonly Block[];
}

/** Patches of 299 px at stride 128 at the slide's own spacing, so that nothing is resampled, wherever there is tissue. */
export async function planSlide(reader: SlideReader): Promise<SlidePlan> {
  const { metadata } = reader;
  const spacing = resolveSpacing(metadata);
  const size = { patchSizePx: PATCH_PX, stridePx: STRIDE_PX };
  const grid = createPatchGrid({ metadata, spacing, targetMpp: spacing.x, ...size });
  const cells = tissueCells(await computeTissueMask(reader, spacing, 'saturation'), grid);
  return { grid, cells, blocks: planBlocks(grid, cells, BLOCK_CELLS) };
}

/** Where the patches begin, row by row, in level-0 pixels; the slide's border may lie between. */
export function patchOrigins({ grid, cells }: SlidePlan): { x: number; y: number }[] {
  const found: { x: number; y: number }[] = [];
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.columns; col++) {
      if (cells[row * grid.columns + col] === 1) found.push(patchOriginTarget(grid, col, row));
    }
  }
  return found;
}

/** What the engine's reader thread does, up to the full batches; gives how many patches were cut. */
export async function cutPatches(
  reader: SlideReader,
  { grid, cells }: SlidePlan,
  blocks: readonly Block[],
): Promise<number> {
  const cutter = new PatchCutter({ reader, grid, tissueCells: cells, batchSize: CUT_BATCH, buffers: BUFFERS });
  const wanted = blocks.reduce((sum, block) => sum + block.tissueCells, 0);
  const done = Promise.withResolvers<number>();
  let count = 0;
  cutter.onError = (_, error) => done.reject(error);
  cutter.onBatch = (batch) => {
    count += batch.count;
    cutter.recycle(batch.data);
    if (count === wanted) done.resolve(count);
  };
  for (const [ticket, block] of blocks.entries()) cutter.request(ticket, block);
  return await done.promise;
}
