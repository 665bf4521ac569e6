import type { Block, Rect, RgbImage } from '@gigascope/contracts';
import { createPatchGrid, cutPatch, type PatchGrid, planBlocks, readBlock, type SlideReader } from '@gigascope/tiling';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shownParts } from '../../../packages/tiling/src/shown-parts.ts';
import { noiseImage, singleLevelReader } from './memory-slides.ts';

/** A reader that takes `shown` at its word, by squares of a few pixels, and leaves rubbish in all others. */
function unreliable(inner: SlideReader, side: number): SlideReader & { spoilt: number } {
  return {
    spoilt: 0,
    metadata: inner.metadata,
    async readRegion(region, into, shown): Promise<RgbImage> {
      const image = await inner.readRegion(region, into);
      for (let y = 0; y < region.height; y += side) {
        for (let x = 0; x < region.width; x += side) {
          const [width, height] = [Math.min(side, region.width - x), Math.min(side, region.height - y)];
          if (shown === undefined || shown({ x: region.x + x, y: region.y + y, width, height })) continue;
          this.spoilt += 1;
          for (let row = y; row < y + height; row++) {
            image.data.fill(y, (row * region.width + x) * 3, (row * region.width + x + width) * 3);
          }
        }
      }
      return image;
    },
    readAssociated: inner.readAssociated,
    [Symbol.asyncDispose]: async () => {},
  };
}

const gridOf = ({ metadata }: SlideReader, mpp: { x: number; y: number }, targetMpp: number, patch = 39, stride = 16) =>
  createPatchGrid({
    metadata,
    spacing: { ...mpp, source: 'vendor' },
    targetMpp,
    patchSizePx: patch,
    stridePx: stride,
  });

/** Compares the patches of all wanted cells with those of blocks that are read whole. */
async function compareWanted(
  reader: SlideReader,
  whole: SlideReader,
  grid: PatchGrid,
  cells: Uint8Array,
  side: number,
) {
  const bytes = grid.patchSizePx ** 2 * 3;
  const [patch, expected] = [new Uint8Array(bytes), new Uint8Array(bytes)];
  for (const block of planBlocks(grid, cells, side)) {
    const [canvas, oracle] = [await readBlock(reader, grid, block, { cells }), await readBlock(whole, grid, block)];
    for (let row = block.rowHeat; row < block.rowHeat + block.rows; row++) {
      for (let col = block.colHeat; col < block.colHeat + block.columns; col++) {
        if (cells[row * grid.columns + col] === 0) continue;
        cutPatch(canvas, col, row, patch, 0);
        cutPatch(oracle, col, row, expected, 0);
        if (Buffer.compare(patch, expected) !== 0) throw new Error(`patch ${col},${row} differs`);
      }
    }
  }
}

test('wanted patches need none of the parts that are not shown, for any size, spacing, patch, stride and cells', async () => {
  const side = fc.integer({ min: 1, max: 300 });
  const mpp = fc.double({ min: 0.3, max: 2.5, noNaN: true });
  let spoilt = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(side, side),
      fc.tuple(mpp, mpp),
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 12, max: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer(),
      async ([width, height], [x, y], patchPx, stridePx, blockCells, partPx, seed) => {
        const whole = singleLevelReader(noiseImage(width, height, seed), { x, y });
        const reader = unreliable(whole, partPx);
        const grid = gridOf(reader, { x, y }, 1, patchPx, stridePx);
        const cells = noiseImage(grid.columns, grid.rows, seed).data.map((byte) => (byte < 60 ? 1 : 0));
        await compareWanted(reader, whole, grid, cells.subarray(0, grid.columns * grid.rows), blockCells);
        spoilt += reader.spoilt;
      },
    ),
    { numRuns: 150 },
  );
  expect(spoilt).toBeGreaterThan(1000);
});

test('of a block with one wanted cell, exactly the tiles that its patch touches are shown', () => {
  const reader = singleLevelReader(noiseImage(640, 640), { x: 1, y: 1 });
  const grid = gridOf(reader, { x: 1, y: 1 }, 1, 299, 128);
  const cells = new Uint8Array(grid.columns * grid.rows);
  cells[2 * grid.columns + 3] = 1;
  const block: Pick<Block, 'colHeat' | 'rowHeat' | 'columns' | 'rows'> = {
    colHeat: 0,
    rowHeat: 0,
    columns: 5,
    rows: 5,
  };
  const shown = shownParts(grid, block, cells);
  // The patch is 299 … 597 by 171 … 469.
  const rect = (x: number, y: number, width = 1, height = 1): Rect<'level'> => ({ x, y, width, height });
  expect([shown(rect(299, 171)), shown(rect(597, 469)), shown(rect(0, 0, 640, 640))]).toEqual([true, true, true]);
  const beside = [rect(298, 171), rect(299, 170), rect(598, 469), rect(597, 470), rect(0, 0, 299, 640)];
  expect(beside.map(shown)).toEqual([false, false, false, false, false]);
});

test('a patch over the slide’s border shows what it mirrors, also beyond its own pixels', () => {
  const reader = singleLevelReader(noiseImage(641, 641), { x: 1, y: 1 });
  const grid = gridOf(reader, { x: 1, y: 1 }, 1, 299, 128);
  const cells = new Uint8Array(grid.columns * grid.rows);
  cells[5] = 1;
  const shown = shownParts(grid, { colHeat: 0, rowHeat: 0, columns: 6, rows: 6 }, cells);
  // Columns 555 … 853 of 641: 853 shows 2 · 640 − 853 = 427. Rows −85 … 213.
  expect([427, 426].map((x) => shown({ x, y: 0, width: 1, height: 1 }))).toEqual([true, false]);
  expect([213, 214].map((y) => shown({ x: 600, y, width: 1, height: 1 }))).toEqual([true, false]);
});
