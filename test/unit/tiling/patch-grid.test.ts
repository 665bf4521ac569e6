import { cellCentreL0, cellRectL0, createPatchGrid, patchOriginTarget } from '@gigascope/tiling';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const level0 = (widthPx: number, heightPx: number) => ({ index: 0, widthPx, heightPx, downsample: 1 });
const slide = (width: number, height: number, downsamples: readonly number[] = []) => ({
  widthL0: width,
  heightL0: height,
  levels: [
    level0(width, height),
    ...downsamples.map((downsample, i) => ({
      index: i + 1,
      widthPx: Math.max(1, Math.floor(width / downsample)),
      heightPx: Math.max(1, Math.floor(height / downsample)),
      downsample,
    })),
  ],
});
const grid = (width: number, height: number, mpp: { x: number; y: number }, downsamples: readonly number[] = []) =>
  createPatchGrid({
    metadata: slide(width, height, downsamples),
    spacing: { ...mpp, source: 'vendor' },
    targetMpp: 0.243,
    patchSizePx: 299,
    stridePx: 128,
  });

test('the CMU-1 region, 2220 × 2967 at 0.499 µm/px, gets 36 × 48 cells at 0.243', () => {
  // 2220 · 0.499 / 0.243 = 4558.77 → 35.6 cells; 2967 · 0.499 / 0.243 = 6092.7 → 47.6 cells.
  const g = grid(2220, 2967, { x: 0.499, y: 0.499 });
  expect([g.columns, g.rows, g.lattice.width, g.lattice.height]).toEqual([36, 48, 4559, 6093]);
  expect(g.lattice.readScale.x).toBeCloseTo(0.243 / 0.499, 12);
  expect(g.resolutionLow).toBe(true);
  expect(g.cellL0.x).toBeCloseTo((128 * 0.243) / 0.499, 9);
});

test('the first patch begins at −85 and the halo is 85 px before, 86 after', () => {
  const g = grid(1000, 1000, { x: 0.243, y: 0.243 });
  expect(patchOriginTarget(g, 0, 0)).toEqual({ x: -85, y: -85 });
  expect(patchOriginTarget(g, 3, 1)).toEqual({ x: 299, y: 43 });
  expect(g.haloPx).toEqual({ before: 85, after: 86 });
  expect(g.resolutionLow).toBe(false);
});

test('a slide at exactly 4 × the resolution reads its level of downsample 4 unresampled', () => {
  const g = grid(4096, 2048, { x: 0.243 / 4, y: 0.243 / 4 }, [4, 16]);
  expect(g.lattice.level.index).toBe(1);
  expect(g.lattice.readScale).toEqual({ x: 1, y: 1 });
  expect([g.lattice.width, g.lattice.height, g.columns, g.rows]).toEqual([1024, 512, 8, 4]);
});

test('a level of downsample 4.0007 counts as 4, one of 4.01 does not', () => {
  expect(grid(40960, 40960, { x: 0.243 / 4, y: 0.243 / 4 }, [4.0007]).lattice.level.index).toBe(1);
  expect(grid(40960, 40960, { x: 0.243 / 4, y: 0.243 / 4 }, [4.01]).lattice.level.index).toBe(0);
});

test('anisotropic pixels give each axis its own read scale', () => {
  const g = grid(1280, 1280, { x: 0.243, y: 0.1215 });
  expect([g.columns, g.rows]).toEqual([10, 5]);
  expect(g.lattice.readScale).toEqual({ x: 1, y: 2 });
  expect(cellRectL0(g, 1, 1)).toEqual({ x: 128, y: 256, width: 128, height: 256 });
});

test('a slide 10 % coarser than the model is not low in resolution, one 11 % coarser is', () => {
  expect(grid(100, 100, { x: 0.243 * 1.0999, y: 0.243 }).resolutionLow).toBe(false);
  expect(grid(100, 100, { x: 0.243, y: 0.243 * 1.11 }).resolutionLow).toBe(true);
});

test('for any slide of 1 to 70,000 px, any spacing and any point on it, the reported centre is at most half a cell away', () => {
  const mpp = fc.double({ min: 0.05, max: 4, noNaN: true });
  const side = fc.integer({ min: 1, max: 70_000 });
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      side,
      side,
      mpp,
      mpp,
      unit,
      unit,
      fc.array(fc.double({ min: 1.2, max: 40, noNaN: true })),
      (width, height, x, y, u, v, extra) => {
        const g = grid(
          width,
          height,
          { x, y },
          [...extra].sort((a, b) => a - b),
        );
        // Corners included: u = v = 1 is the last pixel's centre.
        const point = { x: 0.5 + u * (width - 1), y: 0.5 + v * (height - 1) };
        const col = Math.floor(point.x / g.cellL0.x);
        const row = Math.floor(point.y / g.cellL0.y);
        expect(col).toBeLessThan(g.columns);
        expect(row).toBeLessThan(g.rows);
        const centre = cellCentreL0(g, col, row);
        expect(Math.abs(centre.x - point.x)).toBeLessThanOrEqual(g.cellL0.x / 2 + 1e-6);
        expect(Math.abs(centre.y - point.y)).toBeLessThanOrEqual(g.cellL0.y / 2 + 1e-6);
        expect(centre.x).toBeLessThan(width);
        expect(centre.y).toBeLessThan(height);
        // Every cell holds some of the slide: none is wasted past the border.
        expect(cellRectL0(g, g.columns - 1, g.rows - 1).width).toBeGreaterThan(0);
        expect(cellRectL0(g, g.columns - 1, g.rows - 1).height).toBeGreaterThan(0);
      },
    ),
    { numRuns: 500 },
  );
});

test('a grid of no patch or no stride is refused', () => {
  const options = { metadata: slide(10, 10), spacing: { x: 1, y: 1, source: 'vendor' as const }, targetMpp: 1 };
  expect(() => createPatchGrid({ ...options, patchSizePx: 0, stridePx: 1 })).toThrow('not valid');
  expect(() => createPatchGrid({ ...options, patchSizePx: 1, stridePx: 0.5 })).toThrow('not valid');
});
