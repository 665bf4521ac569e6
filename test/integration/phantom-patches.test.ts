import { join } from 'node:path';
import type { RgbImage } from '@gigascope/contracts';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import {
  createPatchGrid,
  cutPatch,
  openSlide,
  type PatchGrid,
  planBlocks,
  readBlock,
  readTargetRegion,
  type SlideReader,
} from '@gigascope/tiling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';

const SIZE = { widthPx: 1501, heightPx: 1203 };
const PATCH_PX = 299;
const STRIDE_PX = 128;
const HALO_PX = 85;
const SPACING = { x: 0.243, y: 0.243, source: 'request' } as const;

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const slideOf = (format: 'generic' | 'aperio'): string =>
  join(work.path, format === 'aperio' ? 'phantom.svs' : 'phantom.tif');

beforeAll(async () => {
  work = await temporaryFolder();
  for (const format of ['generic', 'aperio'] as const) {
    await paintMetastasisPhantom({ seed: 3003, ...SIZE, out: slideOf(format), format });
  }
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

/** The pixel that index i of an endless mirrored row shows: walk back and forth without repeating the edge. */
function reflect(i: number, n: number): number {
  let at = i;
  while (at < 0 || at >= n) at = at < 0 ? -at : 2 * (n - 1) - at;
  return at;
}

function cutFromWhole(whole: RgbImage, x0: number, y0: number): Uint8Array {
  const patch = new Uint8Array(PATCH_PX * PATCH_PX * 3);
  const columns = Int32Array.from({ length: PATCH_PX }, (_, x) => reflect(x0 + x, whole.width) * 3);
  let out = 0;
  for (let y = 0; y < PATCH_PX; y += 1) {
    const row = reflect(y0 + y, whole.height) * whole.width * 3;
    for (let x = 0; x < PATCH_PX; x += 1) {
      const from = row + (columns[x] as number);
      patch[out] = whole.data[from] as number;
      patch[out + 1] = whole.data[from + 1] as number;
      patch[out + 2] = whole.data[from + 2] as number;
      out += 3;
    }
  }
  return patch;
}

/** One read of the whole level; where its pixels are not exactly the target's, that read is resampled in one go. */
async function wholeSlide(reader: SlideReader, { lattice }: PatchGrid): Promise<RgbImage> {
  const { level, readScale, width, height } = lattice;
  const isCopy = readScale.x === 1 && readScale.y === 1;
  if (!isCopy) return await readTargetRegion(reader, lattice, { x: 0, y: 0, width, height });
  const read = { level: level.index, x: 0, y: 0, width: level.widthPx, height: level.heightPx };
  return repeatEdge(await reader.readRegion(read), width, height);
}

/**
 * OpenSlide gives a level one downsample, the mean of both axes, so on odd sizes a slide can be a sliver of a pixel longer
 * than its level: the lattice's last pixel then repeats the level's last one.
 */
function repeatEdge(image: RgbImage, width: number, height: number): RgbImage {
  expect(width - image.width).toBeOneOf([0, 1]);
  expect(height - image.height).toBeOneOf([0, 1]);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const row = image.data.subarray(Math.min(y, image.height - 1) * image.width * 3).subarray(0, image.width * 3);
    data.set(row, y * width * 3);
    if (width > image.width) data.set(row.subarray(-3), ((y + 1) * width - 1) * 3);
  }
  return { width, height, data };
}

function expectedPatches(whole: RgbImage, { columns, rows }: PatchGrid): readonly Uint8Array[] {
  return Array.from({ length: columns * rows }, (_, cell) =>
    cutFromWhole(whole, (cell % columns) * STRIDE_PX - HALO_PX, Math.floor(cell / columns) * STRIDE_PX - HALO_PX),
  );
}

interface Case {
  readonly name: string;
  readonly level: number;
  readonly targetMpp: (downsample: number) => number;
  readonly isCopy: boolean;
  readonly cells: readonly [columns: number, rows: number];
}

// 1501 and 1203 px are 11.7 × 9.4 cells of 128 px at level 0 and 5.9 × 4.7 at half of it.
const CASES: readonly Case[] = [
  { name: '0.243 µm/px, level 0', level: 0, targetMpp: () => 0.243, isCopy: true, cells: [12, 10] },
  {
    name: 'level 1’s own spacing',
    level: 1,
    targetMpp: (downsample) => 0.243 * downsample,
    isCopy: true,
    cells: [6, 5],
  },
  // Odd sizes make level 1's downsample no exact 2: its pixels are resampled by a hair.
  { name: '0.486 µm/px, level 1 resampled', level: 1, targetMpp: () => 0.486, isCopy: false, cells: [6, 5] },
];

describe.each(['generic', 'aperio'] as const)('patches of a phantom of 1501 × 1203 px, written as %s', (format) => {
  it.each(CASES)(
    'equal at $name, byte for byte, those cut from one read of the whole level, in blocks of 1, 3 and 16 cells',
    async ({ level, targetMpp, isCopy, cells }) => {
      await using reader = await openSlide(slideOf(format));
      const { metadata } = reader;
      expect([metadata.widthL0, metadata.heightL0]).toEqual([SIZE.widthPx, SIZE.heightPx]);
      const grid = createPatchGrid({
        metadata,
        spacing: SPACING,
        targetMpp: targetMpp(metadata.levels[level]?.downsample ?? 0),
        patchSizePx: PATCH_PX,
        stridePx: STRIDE_PX,
      });
      const { columns, rows, lattice } = grid;
      expect([columns, rows, lattice.level.index]).toEqual([...cells, level]);
      expect(lattice.readScale.x === 1 && lattice.readScale.y === 1).toBe(isCopy);
      const whole = await wholeSlide(reader, grid);
      expect(new Set(whole.data).size, 'the phantom is a picture, not one colour').toBeGreaterThan(100);
      const expected = expectedPatches(whole, grid);
      const patch = new Uint8Array(PATCH_PX * PATCH_PX * 3);
      for (const blockCells of [1, 3, 16]) {
        let compared = 0;
        for (const block of planBlocks(grid, new Uint8Array(columns * rows).fill(1), blockCells)) {
          const canvas = await readBlock(reader, grid, block);
          for (let row = block.rowHeat; row < block.rowHeat + block.rows; row += 1) {
            for (let col = block.colHeat; col < block.colHeat + block.columns; col += 1) {
              cutPatch(canvas, col, row, patch.fill(0), 0);
              const difference = Buffer.compare(patch, expected[row * columns + col] ?? Buffer.alloc(0));
              expect(difference, `cell ${col}, ${row} in blocks of ${blockCells}`).toBe(0);
              compared += 1;
            }
          }
        }
        expect(compared).toBe(columns * rows);
      }
    },
  );
});
