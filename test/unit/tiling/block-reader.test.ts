import type { Block, RgbImage } from '@gigascope/contracts';
import {
  CanvasMemory,
  createMemoryReader,
  createPatchGrid,
  cutPatch,
  openSlide,
  type PatchGrid,
  planBlocks,
  readBlock,
  readTargetRegion,
  type SlideReader,
} from '@gigascope/tiling';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constantImage, naivePatch, naiveReflect, noiseImage, singleLevelReader } from './memory-slides.ts';
import { CMU_1, haveData, PYRAMIDS } from './real-slides.ts';

const gridOf = (reader: SlideReader, targetMpp: number, patchSizePx = 299, stridePx = 128): PatchGrid => {
  const spacing = reader.metadata.mpp ?? { x: 1, y: 1, source: 'vendor' as const };
  return createPatchGrid({ metadata: reader.metadata, spacing, targetMpp, patchSizePx, stridePx });
};

const allBlocks = (grid: PatchGrid, blockCells: number): readonly Block[] =>
  planBlocks(grid, new Uint8Array(grid.rows * grid.columns).fill(1), blockCells);

const wholeAtTarget = (reader: SlideReader, grid: PatchGrid): Promise<RgbImage> =>
  readTargetRegion(reader, grid.lattice, { x: 0, y: 0, width: grid.lattice.width, height: grid.lattice.height });

/** Compares every patch of every block with the one cut from one read of the whole level. Returns how many. */
async function comparePatches(reader: SlideReader, grid: PatchGrid, blockCells: number): Promise<number> {
  const whole = await wholeAtTarget(reader, grid);
  const size = grid.patchSizePx;
  const patch = new Uint8Array(size * size * 3);
  let compared = 0;
  for (const block of allBlocks(grid, blockCells)) {
    const canvas = await readBlock(reader, grid, block);
    for (let row = block.rowHeat; row < block.rowHeat + block.rows; row++) {
      for (let col = block.colHeat; col < block.colHeat + block.columns; col++) {
        cutPatch(canvas, col, row, patch, 0);
        const offset = Math.floor((size - grid.stridePx) / 2);
        const expected = naivePatch(whole, col * grid.stridePx - offset, row * grid.stridePx - offset, size);
        if (Buffer.compare(patch, expected) !== 0) throw new Error(`patch ${col},${row} differs`);
        compared++;
      }
    }
  }
  return compared;
}

test('the naive reflection of 4 pixels walks 2 1 | 0 1 2 3 | 2 1 0 1', () => {
  expect([-2, -1, 0, 1, 2, 3, 4, 5, 6, 7].map((i) => naiveReflect(i, 4))).toEqual([2, 1, 0, 1, 2, 3, 2, 1, 0, 1]);
  expect([-3, 0, 5].map((i) => naiveReflect(i, 1))).toEqual([0, 0, 0]);
});

test('a patch of a 2 × 1 slide repeats its two pixels by reflection, worked by hand', async () => {
  const reader = singleLevelReader({ width: 2, height: 1, data: new Uint8Array([1, 2, 3, 4, 5, 6]) }, { x: 1, y: 1 });
  const grid = gridOf(reader, 1, 5, 2);
  // Patch 5 over stride 2 begins at −1: columns −1 0 1 2 3 reflect to 1 0 1 0 1; five equal rows.
  const canvas = await readBlock(reader, grid, { colHeat: 0, rowHeat: 0, columns: 1, rows: 1 });
  const patch = new Uint8Array(75);
  cutPatch(canvas, 0, 0, patch, 0);
  const row = [4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6];
  expect([...patch]).toEqual([row, row, row, row, row].flat());
});

test.each([
  [300, 280, 1],
  [1, 1, 1],
  [1, 640, 2],
  [85, 86, 1],
  [86, 85, 1],
  [129, 383, 1],
  [700, 513, 3],
])(
  'every 299-px patch of a %i × %i slide in blocks of %i cells equals the one cut from the whole level',
  async (width, height, cells) => {
    const reader = singleLevelReader(noiseImage(width, height), { x: 0.243, y: 0.243 });
    const grid = gridOf(reader, 0.243);
    expect(await comparePatches(reader, grid, cells)).toBe(Math.ceil(width / 128) * Math.ceil(height / 128));
  },
);

test('patches equal those of the whole level for any size from 1 to 700, spacing, patch, stride and block', async () => {
  const side = fc.integer({ min: 1, max: 700 });
  await fc.assert(
    fc.asyncProperty(
      side,
      side,
      fc.double({ min: 0.15, max: 4, noNaN: true }),
      fc.double({ min: 0.15, max: 4, noNaN: true }),
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 20, max: 60 }),
      fc.integer({ min: 1, max: 7 }),
      async (width, height, x, y, patchPx, stridePx, cells) => {
        // Keep the slide at target spacing near 200 px, so that the pixel-by-pixel oracle stays quick.
        const reader = singleLevelReader(noiseImage(width, height, width), { x, y });
        const target = Math.max(width * x, height * y, 50) / 200;
        await comparePatches(reader, gridOf(reader, target, patchPx, stridePx), cells);
      },
    ),
    { numRuns: 150 },
  );
});

test('patches equal those of the whole level where the level has a downsample of 2.0098 and odd sizes', async () => {
  const levels = [
    { image: noiseImage(205, 411, 3), downsample: 1 },
    { image: noiseImage(102, 205, 4), downsample: 205 / 102 },
  ];
  const reader = createMemoryReader({ levels, mpp: { x: 0.25, y: 0.25, source: 'vendor' } });
  for (const target of [0.25, 0.3, 0.5, (0.25 * 205) / 102, 0.77, 1.9]) {
    expect(await comparePatches(reader, gridOf(reader, target, 39, 16), 3)).toBeGreaterThan(0);
  }
});

test('a slide of one colour gives that colour in every pixel of every patch, enlarged or reduced', async () => {
  const reader = singleLevelReader(constantImage(311, 207, [211, 93, 167]), { x: 0.31, y: 0.47 });
  for (const target of [0.1, 0.243, 0.31, 1.7]) {
    const grid = gridOf(reader, target, 39, 16);
    const expected = constantImage(39, 39, [211, 93, 167]).data;
    const patch = new Uint8Array(expected.length);
    for (const block of allBlocks(grid, 5)) {
      const canvas = await readBlock(reader, grid, block);
      for (let row = block.rowHeat; row < block.rowHeat + block.rows; row++) {
        for (let col = block.colHeat; col < block.colHeat + block.columns; col++) {
          cutPatch(canvas, col, row, patch.fill(0), 0);
          expect(Buffer.compare(patch, expected)).toBe(0);
        }
      }
    }
  }
});

test('a block away from the border is one read of the block and its halo, handed on without a copy', async () => {
  const inner = singleLevelReader(noiseImage(900, 900), { x: 1, y: 1 });
  const reads: { width: number; height: number }[] = [];
  let last: RgbImage | undefined;
  const reader: SlideReader = {
    metadata: inner.metadata,
    readRegion: async (region) => {
      reads.push(region);
      last = await inner.readRegion(region);
      return last;
    },
    readAssociated: inner.readAssociated,
    [Symbol.asyncDispose]: async () => {},
  };
  const canvas = await readBlock(reader, gridOf(reader, 1), { colHeat: 2, rowHeat: 2, columns: 2, rows: 2 });
  expect(reads).toEqual([{ level: 0, x: 171, y: 171, width: 427, height: 427 }]);
  expect(canvas.image).toBe(last);
});

test('blocks read one after the other in the same memory have the pixels of blocks read in fresh memory', async () => {
  const reader = singleLevelReader(noiseImage(700, 500), { x: 1, y: 1 });
  for (const target of [1, 1.7]) {
    const grid = gridOf(reader, target, 75, 32);
    const memory = new CanvasMemory();
    const arrays = new Set<ArrayBuffer>();
    for (const block of allBlocks(grid, 4)) {
      const { image } = await readBlock(reader, grid, block, { memory });
      const fresh = await readBlock(reader, grid, block);
      expect(Buffer.compare(image.data, fresh.image.data)).toBe(0);
      arrays.add(image.data.buffer);
    }
    // One for blocks as they are read, one for those that are mirrored.
    if (target === 1) expect(arrays.size).toBe(2);
  }
});

test('a cell outside the block is refused instead of read from neighbouring rows', async () => {
  const reader = singleLevelReader(noiseImage(600, 600), { x: 1, y: 1 });
  const canvas = await readBlock(reader, gridOf(reader, 1), { colHeat: 0, rowHeat: 0, columns: 2, rows: 2 });
  expect(() => cutPatch(canvas, 2, 0, new Uint8Array(299 * 299 * 3), 0)).toThrow('not in this block');
});

test('a block that needs over 2^27 level pixels is refused before it is read', async () => {
  const image = noiseImage(8, 8);
  const inner = singleLevelReader(image, { x: 0.01, y: 0.01 });
  const metadata = { ...inner.metadata, widthL0: 200_000, heightL0: 200_000 };
  const level = { index: 0, widthPx: 200_000, heightPx: 200_000, downsample: 1 };
  const reader = { ...inner, metadata: { ...metadata, levels: [level] } };
  await expect(
    readBlock(reader, gridOf(reader, 0.1), { colHeat: 0, rowHeat: 0, columns: 16, rows: 16 }),
  ).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test.skipIf(!haveData).each([
  ['level 0 enlarged to 0.243 µm/px', 0.243, 16],
  ['level 0 as it is', 0.499, 16],
  ['level 0 reduced to 1.1 µm/px', 1.1, 7],
])('every patch of the real CMU-1 region, %s, equals the one cut from the whole slide', async (_, target, cells) => {
  await using reader = await openSlide(CMU_1);
  const grid = gridOf(reader, target);
  expect(await comparePatches(reader, grid, cells)).toBe(grid.columns * grid.rows);
});

test.skipIf(!haveData).each(PYRAMIDS)(
  'every patch at every level of pyramid %# equals the one cut from the whole level',
  async (path) => {
    await using reader = await openSlide(path);
    const spacing = { x: 0.25, y: 0.25, source: 'request' as const };
    const levelsRead = new Set<number>();
    for (const level of reader.metadata.levels) {
      for (const factor of [1, 1.31]) {
        const targetMpp = 0.25 * level.downsample * factor;
        const grid = createPatchGrid({ metadata: reader.metadata, spacing, targetMpp, patchSizePx: 75, stridePx: 32 });
        levelsRead.add(grid.lattice.level.index);
        expect(await comparePatches(reader, grid, 3)).toBe(grid.columns * grid.rows);
      }
    }
    expect(levelsRead.size).toBe(reader.metadata.levels.length);
  },
);
