import type { Block, RgbImage } from '@gigascope/contracts';
import type { Engine } from '@gigascope/models';
import { createPatchGrid, type PatchGrid, planBlocks, type SlideReader } from '@gigascope/tiling';
import { naiveReflect } from '../tiling/memory-slides.ts';

/** Patches of 11 px over cells of 4: small enough that a test can look at every pixel. */
export const PATCH_PX = 11;
export const STRIDE_PX = 4;
export const PATCH_BYTES = PATCH_PX * PATCH_PX * 3;

export function smallGrid(reader: SlideReader): PatchGrid {
  const spacing = { x: 1, y: 1, source: 'vendor' } as const;
  return createPatchGrid({
    metadata: reader.metadata,
    spacing,
    targetMpp: 1,
    patchSizePx: PATCH_PX,
    stridePx: STRIDE_PX,
  });
}

export function blocksOf(grid: PatchGrid, tissue: Uint8Array, blockCells: number): readonly Block[] {
  return planBlocks(grid, tissue, blockCells);
}

/** The tissue cells of a block, row-major: the order in which its predictions come. */
export function cellsOf(block: Block, grid: PatchGrid, tissue: Uint8Array): { col: number; row: number }[] {
  const cells: { col: number; row: number }[] = [];
  for (let row = block.rowHeat; row < block.rowHeat + block.rows; row += 1) {
    for (let col = block.colHeat; col < block.colHeat + block.columns; col += 1) {
      if (tissue[row * grid.columns + col] === 1) cells.push({ col, row });
    }
  }
  return cells;
}

/** What the pixel engine says of one pixel: its red and green as a 16-bit fraction. */
function probabilityOf(red: number, green: number): number {
  return (red * 256 + green) / 65535;
}

/**
 * What the pixel engine must say of a cell, from the slide alone: the patch begins at 4i − 3, so its middle pixel, number 5,
 * shows the slide's pixel 4i + 2, mirrored at the far edge.
 */
export function expectedAt(image: RgbImage, col: number, row: number): number {
  const x = naiveReflect(col * STRIDE_PX + 2, image.width);
  const y = naiveReflect(row * STRIDE_PX + 2, image.height);
  const at = (y * image.width + x) * 3;
  return Math.fround(probabilityOf(image.data[at] ?? 0, image.data[at + 1] ?? 0));
}

/**
 * An engine that reads the middle pixel of each patch. As the real one does, it takes the batch's buffer away and gives it
 * back under another view, answers after a while and in no fixed order, and keeps the buffer when it fails.
 */
export function createPixelEngine(
  batchSize: number,
  fails: (probability: number) => boolean = () => false,
): Engine & { readonly batches: number[] } {
  const batches: number[] = [];
  return {
    description: { runtime: 'pixel', provider: 'test' },
    batchSize,
    classes: 2,
    patchSizePx: PATCH_PX,
    orientations: 1,
    runsAtOnce: 1,
    batches,
    async infer({ data, count }) {
      const taken = structuredClone(data, { transfer: [data.buffer] });
      if (taken.length !== batchSize * PATCH_BYTES) throw new RangeError(`a buffer of ${taken.length} bytes`);
      batches.push(count);
      const middle = (PATCH_PX * 5 + 5) * 3;
      const answers: Float32Array<ArrayBuffer>[] = [];
      for (let i = 0; i < count; i += 1) {
        const at = i * PATCH_BYTES + middle;
        const probability = probabilityOf(taken[at] ?? 0, taken[at + 1] ?? 0);
        if (fails(Math.fround(probability))) throw new RangeError('the pixel engine met what it cannot read');
        answers.push(Float32Array.of(1 - probability, probability));
      }
      for (let turns = (batches.length * 7) % 5; turns >= 0; turns -= 1) await new Promise(setImmediate);
      return { answers, data: taken };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
