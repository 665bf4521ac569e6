import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cellAt,
  heatmapExtent,
  magnification,
  viewportPoint,
} from '../../../services/dashboard/src/viewer/geometry.ts';
import { scaleBar } from '../../../services/dashboard/src/viewer/scale-bar.ts';

describe('the heatmap over the slide', () => {
  it('overhangs a slide of 2220 × 2967 px by 23.98 and 24.97 px with cells of 62.33 px', () => {
    const cell = (128 * 0.243) / 0.499;
    const grid = { columns: 36, rows: 48, cellL0: { x: cell, y: cell } };
    const { width, height } = heatmapExtent(grid, { widthL0: 2220, heightL0: 2967 });
    // 36 · 62.33267 = 2243.976 and 48 · 62.33267 = 2991.968, each by the slide's width of 2220.
    expect(width).toBeCloseTo(2243.976 / 2220, 6);
    expect(height).toBeCloseTo(2991.968 / 2220, 6);
  });

  it('keeps x and y apart on a scanner whose pixels are not square', () => {
    const grid = { columns: 10, rows: 10, cellL0: { x: 100, y: 50 } };
    expect(heatmapExtent(grid, { widthL0: 1000, heightL0: 500 })).toEqual({ width: 1, height: 0.5 });
  });

  it('puts every level-0 point into the cell that covers it on screen, for any slide and grid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200_000 }),
        fc.integer({ min: 1, max: 200_000 }),
        fc.double({ min: 20, max: 600, noNaN: true }),
        fc.double({ min: 20, max: 600, noNaN: true }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (widthL0, heightL0, x, y, shareX, shareY) => {
          const size = { widthL0, heightL0 };
          const grid = { columns: Math.ceil(widthL0 / x), rows: Math.ceil(heightL0 / y), cellL0: { x, y } };
          const point = viewportPoint(shareX * widthL0, shareY * heightL0, size);
          const extent = heatmapExtent(grid, size);
          const [column, row] = cellAt(shareX * widthL0, shareY * heightL0, grid);
          // The pixel of a canvas of columns × rows, stretched over the extent, on which the point falls.
          expect((point.x / extent.width) * grid.columns).toBeGreaterThanOrEqual(column - 1e-6);
          expect((point.x / extent.width) * grid.columns).toBeLessThanOrEqual(column + 1 + 1e-6);
          expect((point.y / extent.height) * grid.rows).toBeGreaterThanOrEqual(row - 1e-6);
          expect((point.y / extent.height) * grid.rows).toBeLessThanOrEqual(row + 1 + 1e-6);
        },
      ),
    );
  });

  it('shows 40× where a screen pixel is 0.25 µm and 1× where it is 10 µm', () => {
    expect(magnification(0.25)).toBe(40);
    expect(magnification(10)).toBe(1);
  });
});

describe('scaleBar', () => {
  it('is 500 µm and 125 px where 160 px show 640 µm', () => {
    expect(scaleBar(4, 160)).toEqual({ lengthUm: 500, lengthPx: 125 });
  });

  it('is a round length that fits and fills at least two fifths of the room, from 0.01 to 1000 µm per pixel', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1000, noNaN: true }), (umPerPx) => {
        const { lengthUm, lengthPx } = scaleBar(umPerPx, 160);
        expect(lengthPx).toBeLessThanOrEqual(160 * (1 + 1e-8));
        expect(lengthPx).toBeGreaterThan(160 * 0.39);
        expect(lengthPx * umPerPx).toBeCloseTo(lengthUm, 6);
        expect(lengthUm.toExponential(3)).toMatch(/^[125]\.000e/);
      }),
    );
  });
});
