import type { Lesion } from '@gigascope/contracts';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawOverlay } from '../../../packages/analysis/src/pictures/overlay.ts';
import { roundScaleUm } from '../../../packages/analysis/src/pictures/scale-bar.ts';
import { tissueOutline } from '../../../packages/analysis/src/pictures/tissue-outline.ts';
import { planOf } from './samples.ts';

describe('tissueOutline', () => {
  it('runs around an L of 3 cells in a grid of 3 × 2 along 6 straight pieces', () => {
    // # .  .      edges: top of (0,0); bottom of both lower cells; top of (1,1);
    // # #  .             left of both left cells; right of (0,0); right of (1,1)
    expect(tissueOutline(Uint8Array.of(1, 0, 0, 1, 1, 0), 3, 2)).toBe('M0 0H1M1 1H2M0 2H2M0 0V2M1 0V1M2 1V2');
  });

  it('draws inner borders of a hole too, and nothing for no tissue', () => {
    const ring = Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1);
    expect(tissueOutline(ring, 3, 3)).toBe('M0 0H3M1 1H2M1 2H2M0 3H3M0 0V3M1 1V2M2 1V2M3 0V3');
    expect(tissueOutline(new Uint8Array(9), 3, 3)).toBe('');
  });

  it('has the length of all sides between tissue and the rest, counted cell by cell, for any mask up to 8 × 8', () => {
    const side = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.array(fc.constantFrom(0, 1), { minLength: 64, maxLength: 64 }),
        (columns, rows, bits) => {
          const cells = Uint8Array.from(bits.slice(0, columns * rows));
          let sides = 0;
          const at = (x: number, y: number): number =>
            x < 0 || y < 0 || x >= columns || y >= rows ? 0 : (cells[y * columns + x] ?? 0);
          for (let y = 0; y < rows; y += 1) {
            for (let x = 0; x < columns; x += 1) {
              if (at(x, y) === 1) sides += 4 - at(x - 1, y) - at(x + 1, y) - at(x, y - 1) - at(x, y + 1);
            }
          }
          const pieces = [...tissueOutline(cells, columns, rows).matchAll(/M(\d+) (\d+)([HV])(\d+)/g)];
          const lengths = pieces.map(([, x, y, way, to]) => Number(to) - Number(way === 'H' ? x : y));
          expect(lengths.every((length) => length > 0)).toBe(true);
          expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(sides);
        },
      ),
    );
  });
});

describe('roundScaleUm', () => {
  it.each([
    [300, 1, 200],
    [300, 4, 1000],
    [100, 10, 1000],
    [199, 1, 100],
    [200, 1, 200],
    [500, 1, 500],
    [49, 0.1, 2],
    [300, 0.0016, 0.2],
    [300, 33.4, 10_000],
  ])('fits into %d px of %d µm a bar of %d µm', (maxPx, umPerPx, expected) => {
    expect(roundScaleUm(maxPx, umPerPx)).toBeCloseTo(expected, 9);
  });

  it('is the longest of 1, 2 and 5 · 10ⁿ that fits, for any width and scale', () => {
    const candidates = Array.from({ length: 12 }, (_, n) => [1, 2, 5].map((step) => Number(`${step}e${n - 4}`))).flat();
    fc.assert(
      fc.property(
        fc.double({ min: 20, max: 400, noNaN: true }),
        fc.double({ min: 0.05, max: 200, noNaN: true }),
        (px, um) => {
          const longest = candidates.findLast((candidate) => candidate <= px * um);
          expect(roundScaleUm(px, um)).toBeCloseTo(longest ?? 0, 6);
        },
      ),
    );
  });
});

describe('drawOverlay', () => {
  // 4096 × 3072 px drawn at 1/8: thumbnail 512 × 384, a cell is 16 px of it, the grid 32 × 24.
  const [width, height] = [512, 384];
  const HEAT = { col: 4, row: 6 };
  let picture: { data: Buffer; info: { width: number; height: number; channels: number } };

  const pixel = (x: number, y: number): number[] => [
    ...picture.data.subarray((y * picture.info.width + x) * 3).subarray(0, 3),
  ];
  const lesion = (rank: number, xL0: number, yL0: number): Lesion => ({
    rank,
    xL0,
    yL0,
    probability: 1,
    diameterUm: 31,
    diameterUncertaintyUm: 31,
    areaUm2: 961,
    sizeClass: 'itc',
  });

  beforeAll(async () => {
    // The thumbnail's bytes begin in the middle of a larger buffer, as they do when they came from another process.
    const data = new Uint8Array(width * height * 3 + 64).fill(10).fill(240, 40, 40 + width * height * 3);
    const plan = planOf({
      widthL0: 4096,
      heightL0: 3072,
      thumbnail: { width, height, data: data.subarray(40, 40 + width * height * 3) },
      // Tissue: columns 2 … 9, rows 5 … 14.
      tissue: (columns, rows) =>
        Uint8Array.from({ length: columns * rows }, (_, cell) => {
          const [col, row] = [cell % columns, Math.floor(cell / columns)];
          return col >= 2 && col < 10 && row >= 5 && row < 15 ? 1 : 0;
        }),
    });
    const values = Float32Array.from(plan.tissueCells, (cell) => (cell === 1 ? 0 : Number.NaN));
    values[HEAT.row * 32 + HEAT.col] = 1;
    const png = await drawOverlay({
      plan,
      heatmap: { columns: 32, rows: 24, values },
      lesions: [lesion(1, 3000, 1600), lesion(2, 3200, 2800)],
      threshold: 0.5,
    });
    expect((await sharp(png).metadata()).format).toBe('png');
    picture = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  });

  it('is the thumbnail of 512 × 384 px with a footer of 56, without transparency', () => {
    expect(picture.info).toMatchObject({ width: 512, height: 384 + 56, channels: 3 });
    expect(pixel(400, 30)).toEqual([240, 240, 240]);
    expect(pixel(0, 0)).toEqual([240, 240, 240]);
    expect(pixel(511, 383)).toEqual([240, 240, 240]);
    expect(pixel(3, 439)).toEqual([0x20, 0x20, 0x28]);
  });

  it('rings lesion 1 around (375, 200) and lesion 2 around (400, 350) with a radius of 15 px', () => {
    for (const [x, y] of [
      [375, 200],
      [400, 350],
    ] as const) {
      expect(pixel(x, y), 'the middle stays free').toEqual([240, 240, 240]);
      for (const [dx, dy] of [
        [15, 0],
        [-15, 0],
        [0, 15],
        [0, -15],
      ] as const) {
        // A pixel's centre lies half a pixel off the ring's middle line, so two pixels share it.
        const [r = 255, g = 0, b = 0] = pixel(x + dx - (dx > 0 ? 1 : 0), y + dy - (dy > 0 ? 1 : 0));
        expect([r, g, b]).toEqual([0x00, 0xe5, 0xff]);
      }
      expect(pixel(x + 19, y)).toEqual([240, 240, 240]);
    }
  });

  it('paints the one cell of probability 1 in magma’s brightest at 65 %, exactly over its square of 16 px, and leaves cells of probability 0 as they are', () => {
    // 0.65 · (252, 253, 191) + 0.35 · 240 = (247.8, 248.45, 208.15)
    // ± 2.5, since the layers are blended in whole bytes.
    const close = ([r, g, b]: readonly number[]) => [r, g, b].map((value) => expect.closeTo(value ?? 0, -0.7));
    const [left, top] = [HEAT.col * 16, HEAT.row * 16];
    for (const [x, y] of [
      [left, top],
      [left + 15, top],
      [left, top + 15],
      [left + 15, top + 15],
    ] as const)
      expect(pixel(x, y)).toEqual(close([248, 248, 208]));
    for (const [x, y] of [
      [left - 1, top],
      [left + 16, top],
      [left, top - 1],
      [left, top + 16],
    ] as const)
      expect(pixel(x, y)).toEqual([240, 240, 240]);
  });

  it('draws the tissue’s outline on the cells’ sides: x 32 and 160, y 80 and 240', () => {
    const green = [0x1b, 0x7f, 0x3b];
    for (const y of [100, 150, 230]) {
      for (const x of [31, 32, 159, 160]) expect(pixel(x, y), `${x}, ${y}`).toEqual(green);
      expect(pixel(28, y)).toEqual([240, 240, 240]);
      expect(pixel(163, y)).toEqual([240, 240, 240]);
    }
    for (const x of [50, 100, 150]) {
      for (const y of [79, 80, 239, 240]) expect(pixel(x, y), `${x}, ${y}`).toEqual(green);
      expect(pixel(x, 76)).toEqual([240, 240, 240]);
      expect(pixel(x, 243)).toEqual([240, 240, 240]);
    }
  });

  it('gives a slide of 61 × 40 px a picture of 320 × 96 px, with the outline on the slide only', async () => {
    const plan = planOf({
      widthL0: 61,
      heightL0: 40,
      thumbnail: { width: 61, height: 40, data: new Uint8Array(61 * 40 * 3).fill(200) },
    });
    const heatmap = { columns: 1, rows: 1, values: Float32Array.of(0.5) };
    const png = await drawOverlay({ plan, heatmap, lesions: [lesion(1, 60.5, 39.5)], threshold: 0.5 });
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 320, height: 96 });
    // Its one cell is 128 px wide: the outline ends with the slide and draws nothing beside or below it.
    const green = Array.from({ length: 320 * 96 }, (_, at) => at).filter((at) =>
      [0x1b, 0x7f, 0x3b].every((value, c) => data[at * 3 + c] === value),
    );
    expect(green.length).toBeGreaterThan(0);
    expect(green.filter((at) => at % 320 > 61 || at / 320 > 41)).toEqual([]);
  });
});
