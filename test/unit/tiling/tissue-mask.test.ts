import type { RgbImage, TissueMethod } from '@gigascope/contracts';
import {
  computeTissueMask,
  createMemoryReader,
  createPatchGrid,
  openSlide,
  type SlideReader,
  type TissueMask,
  tissueCells,
} from '@gigascope/tiling';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constantImage, noiseImage, singleLevelReader } from './memory-slides.ts';
import { CMU_1, haveData } from './real-slides.ts';

type Rgb = readonly [number, number, number];
const GLASS: Rgb = [243, 242, 244];
const PINK: Rgb = [222, 150, 190];
const PALE_STROMA: Rgb = [235, 205, 222];
const LYMPHOCYTES: Rgb = [88, 52, 128];
const MM8 = { x: 8, y: 8 };

/** Paints rectangles [x, y, width, height] on glass, one image pixel per mask pixel, with ± `noise` on every value. */
function slide(
  size: number,
  areas: readonly { at: readonly number[]; rgb: Rgb }[],
  noise = 3,
  glass = GLASS,
): RgbImage {
  const image = constantImage(size, size, glass);
  for (const { at, rgb } of areas) {
    const [x0, y0, width, height] = at as [number, number, number, number];
    for (let y = y0; y < y0 + height; y++) {
      for (let x = x0; x < x0 + width; x++) image.data.set(rgb, (y * size + x) * 3);
    }
  }
  const random = noiseImage(size, size, 5).data;
  for (let i = 0; i < image.data.length; i++) {
    const shifted = (image.data[i] as number) + ((random[i] as number) % (2 * noise + 1)) - noise;
    image.data[i] = Math.max(0, Math.min(255, shifted));
  }
  return image;
}

const maskOf = (image: RgbImage, method: TissueMethod = 'saturation'): Promise<TissueMask> =>
  computeTissueMask(singleLevelReader(image, MM8), MM8, method);

/** Tissue pixels of the mask inside a rectangle. */
function inside({ mask }: TissueMask, x0: number, y0: number, width: number, height: number): number {
  let count = 0;
  for (let y = y0; y < y0 + height; y++) {
    for (let x = x0; x < x0 + width; x++) count += mask.data[y * mask.width + x] as number;
  }
  return count;
}

describe('saturation', () => {
  test('a pink rectangle of 80 × 60 on noisy glass is found to within its outline', async () => {
    const tissue = await maskOf(slide(200, [{ at: [40, 50, 80, 60], rgb: PINK }]));
    expect(inside(tissue, 41, 51, 78, 58)).toBe(78 * 58);
    expect(inside(tissue, 0, 0, 200, 200)).toBeLessThanOrEqual(80 * 60);
    expect(tissue.share).toBeCloseTo((80 * 60) / 200 ** 2, 2);
  });

  test.each([0, 1, 3, 6])('glass with noise of ± %i and no tissue has none', async (noise) => {
    expect((await maskOf(slide(200, [], noise))).share).toBe(0);
  });

  test('tinted glass of saturation 0.09 with noise has none either', async () => {
    expect((await maskOf(slide(200, [], 3, [240, 232, 220]))).share).toBe(0);
  });

  test.each([
    ['one colour', []],
    ['two stains, 0.32 and 0.59 saturated', [{ at: [0, 0, 150, 70], rgb: LYMPHOCYTES }]],
  ])('a slide that is all tissue of %s is all found', async (_, areas) => {
    expect((await maskOf(slide(150, areas, 3, PINK))).share).toBe(1);
  });

  test('tissue of 0.02 % of the slide is found although Otsu would split the noise', async () => {
    const tissue = await maskOf(slide(800, [{ at: [400, 300, 12, 12], rgb: PINK }]));
    expect(inside(tissue, 401, 301, 10, 10)).toBe(100);
    expect(tissue.share).toBeLessThan(0.0003);
  });

  test('dense lymphocytes and pale stroma beside each other are both tissue', async () => {
    const areas = [
      { at: [20, 20, 60, 60], rgb: LYMPHOCYTES },
      { at: [80, 20, 60, 60], rgb: PALE_STROMA },
      { at: [20, 80, 120, 60], rgb: PINK },
    ];
    const tissue = await maskOf(slide(200, areas, 2));
    expect(inside(tissue, 22, 22, 56, 56)).toBe(56 ** 2);
    expect(inside(tissue, 82, 22, 56, 56) / 56 ** 2).toBeGreaterThan(0.99);
  });

  test('black padding, as some readers leave it, is background and does not move the threshold', async () => {
    const padded = slide(300, [
      { at: [0, 0, 300, 100], rgb: [0, 0, 0] },
      { at: [100, 150, 80, 80], rgb: PINK },
    ]);
    const tissue = await maskOf(padded);
    expect(inside(tissue, 0, 0, 300, 100)).toBe(0);
    expect(inside(tissue, 101, 151, 78, 78)).toBe(78 ** 2);
  });

  test('a speck of 6 × 6 px (48 µm) goes, one of 10 × 10 (80 µm) stays; a hole of 10 × 10 fills, one of 30 × 30 stays', async () => {
    const areas = [
      { at: [10, 10, 6, 6], rgb: PINK },
      { at: [40, 10, 10, 10], rgb: PINK },
      { at: [20, 60, 120, 120], rgb: PINK },
      { at: [40, 80, 10, 10], rgb: GLASS },
      { at: [80, 100, 30, 30], rgb: GLASS },
    ];
    const tissue = await maskOf(slide(200, areas));
    expect(inside(tissue, 8, 8, 10, 10)).toBe(0);
    expect(inside(tissue, 41, 11, 8, 8)).toBe(64);
    expect(inside(tissue, 40, 80, 10, 10)).toBe(100);
    expect(inside(tissue, 82, 102, 26, 26)).toBe(0);
  });

  test('coloured ink counts as tissue and black ink does not, as documented', async () => {
    const areas = [
      { at: [20, 20, 60, 60], rgb: PINK },
      { at: [20, 120, 160, 12], rgb: [40, 60, 190] as Rgb },
      { at: [20, 160, 160, 12], rgb: [18, 18, 18] as Rgb },
    ];
    const tissue = await maskOf(slide(200, areas, 1));
    expect(inside(tissue, 21, 121, 158, 10)).toBe(1580);
    expect(inside(tissue, 20, 160, 160, 12)).toBe(0);
  });

  test('a slide of 1 × 1 px of tissue is tissue', async () => {
    expect((await maskOf(constantImage(1, 1, PINK))).share).toBe(1);
  });
});

test('grey: a pixel of grey value 0.8 is tissue, one just above it and black padding are not', async () => {
  const row = [204, 205, 0].map((v): Rgb => [v, v, v]);
  const image = { width: 3, height: 1, data: new Uint8Array(row.flat()) };
  expect([...(await maskOf(image, 'grey')).mask.data]).toEqual([1, 0, 0]);
});

test('ncrf: coloured and dark enough is tissue, bright, grey or below 50 is not', async () => {
  // Otsu splits R at 60 | 240, G at 60 | 240, B at 120 | 240 or near, S at 0 | 127.
  const pixels = [
    [240, 240, 240],
    [240, 240, 240],
    [120, 60, 120],
    [120, 120, 120],
    [120, 45, 120],
  ];
  const image = { width: 5, height: 1, data: new Uint8Array(pixels.flat()) };
  expect([...(await maskOf(image, 'ncrf')).mask.data]).toEqual([0, 0, 1, 0, 0]);
});

test('none: every pixel counts, and none is read', async () => {
  const reader = singleLevelReader(constantImage(500, 300, GLASS), MM8);
  const unread = { ...reader, readRegion: () => Promise.reject(new Error('read')) };
  expect((await computeTissueMask(unread, MM8, 'none')).mask.data).toEqual(new Uint8Array(150_000).fill(1));
  expect((await maskOf(slide(50, [{ at: [0, 0, 50, 20], rgb: [0, 0, 0] }]), 'none')).share).toBe(1);
});

test('at 0.25 and 0.5 µm/px a mask pixel is 32 × 16 level-0 pixels of 8 µm', async () => {
  const reader = singleLevelReader(constantImage(640, 333, PINK), { x: 0.25, y: 0.5 });
  const tissue = await computeTissueMask(reader, { x: 0.25, y: 0.5 }, 'saturation');
  expect(tissue.downsample).toEqual({ x: 32, y: 16 });
  expect(tissue.mpp).toEqual({ x: 8, y: 8 });
  expect([tissue.mask.width, tissue.mask.height, tissue.share]).toEqual([20, 21, 1]);
});

test('a slide of one level, 8,000 × 6,000 px, is streamed: each pixel once, at most 2^22 at a time', async () => {
  const [width, height] = [8000, 6000];
  const level = { index: 0, widthPx: width, heightPx: height, downsample: 1 };
  const small = createMemoryReader({ levels: [{ image: constantImage(1, 1, PINK), downsample: 1 }] });
  const metadata = { ...small.metadata, widthL0: width, heightL0: height, levels: [level] };
  let [total, largest] = [0, 0];
  const reader: SlideReader = {
    ...small,
    metadata,
    readRegion: async (region) => {
      total += region.width * region.height;
      largest = Math.max(largest, region.width * region.height);
      return { width: region.width, height: region.height, data: new Uint8Array(region.width * region.height * 3) };
    },
  };
  const tissue = await computeTissueMask(reader, { x: 0.25, y: 0.25 }, 'saturation');
  expect([tissue.mask.width, tissue.mask.height]).toEqual([250, 188]);
  expect(total).toBe(width * height);
  expect(largest).toBeLessThanOrEqual(2 ** 22);
});

const gridFor = (widthL0: number, heightL0: number, mpp: number, stridePx: number) =>
  createPatchGrid({
    metadata: { widthL0, heightL0, levels: [{ index: 0, widthPx: widthL0, heightPx: heightL0, downsample: 1 }] },
    spacing: { x: mpp, y: mpp, source: 'vendor' },
    targetMpp: 0.5,
    patchSizePx: stridePx,
    stridePx,
  });

test('a cell is tissue when a mask pixel overlaps it, not when it only touches', () => {
  // Cells of 10 level-0 px; mask pixels of 4: pixel 2 covers 8 to 12 and so cells 0 and 1, pixel 4 covers 16 to 20, cell 1 alone.
  const mask = (set: number): TissueMask => ({
    mask: { width: 8, height: 1, data: new Uint8Array(8).map((_, i) => (i === set ? 1 : 0)) },
    downsample: { x: 4, y: 4 },
    mpp: { x: 2, y: 2 },
    share: 1 / 8,
    method: 'saturation',
  });
  const grid = gridFor(30, 4, 0.5, 10);
  expect([...tissueCells(mask(2), grid)]).toEqual([1, 1, 0]);
  expect([...tissueCells(mask(4), grid)]).toEqual([0, 1, 0]);
  expect([...tissueCells(mask(5), grid)]).toEqual([0, 0, 1]);
});

test('cells agree with the overlap of rectangles by brute force, for cells larger and smaller than mask pixels', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 3, max: 60 }),
      fc.integer({ min: 2, max: 50 }),
      fc.integer({ min: 1, max: 1000 }),
      (width, height, stridePx, downsample, seed) => {
        const grid = gridFor(width, height, 0.5, stridePx);
        const [columns, rows] = [Math.ceil(width / downsample), Math.ceil(height / downsample)];
        const data = noiseImage(columns, rows, seed)
          .data.slice(0, columns * rows)
          .map((v) => (v < 20 ? 1 : 0));
        const tissue: TissueMask = {
          mask: { width: columns, height: rows, data },
          downsample: { x: downsample, y: downsample },
          mpp: { x: downsample / 2, y: downsample / 2 },
          share: 0,
          method: 'saturation',
        };
        const expected = new Uint8Array(grid.columns * grid.rows);
        for (let i = 0; i < data.length; i++) {
          const [x, y] = [(i % columns) * downsample, Math.floor(i / columns) * downsample];
          for (let cell = 0; cell < expected.length && data[i] === 1; cell++) {
            const [cx, cy] = [(cell % grid.columns) * stridePx, Math.floor(cell / grid.columns) * stridePx];
            const apart = x >= cx + stridePx || x + downsample <= cx || y >= cy + stridePx || y + downsample <= cy;
            if (!apart) expected[cell] = 1;
          }
        }
        expect([...tissueCells(tissue, grid)]).toEqual([...expected]);
      },
    ),
  );
});

test.skipIf(!haveData).each([
  ['saturation', 0.37],
  ['ncrf', 0.29],
  ['grey', 0.36],
  ['none', 1],
] as const)('%s finds %d of the real CMU-1 region, within 0.03', async (method, share) => {
  await using reader = await openSlide(CMU_1);
  const tissue = await computeTissueMask(reader, { x: 0.499, y: 0.499 }, method);
  expect([tissue.mask.width, tissue.mask.height]).toEqual([139, 186]);
  expect(Math.abs(tissue.share - share)).toBeLessThan(0.03);
});
