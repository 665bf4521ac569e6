import {
  chooseLevel,
  heatToTarget,
  l0ToLevel,
  l0ToTarget,
  levelToL0,
  targetToHeat,
  targetToL0,
} from '@gigascope/tiling';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const levels = [1, 4.0007, 16.0064, 31.9].map((downsample, index) => ({
  index,
  widthPx: Math.floor(100_000 / downsample),
  heightPx: Math.floor(80_000 / downsample),
  downsample,
}));

test.each([
  [0.3, 0],
  [1, 0],
  [3.99, 0],
  [4, 1],
  [15.9, 1],
  [16, 2],
  [31.8, 2],
  [31.9, 3],
  [500, 3],
])('a target of downsample %d reads level %i', (target, index) => {
  expect(chooseLevel({ levels }, target).index).toBe(index);
});

test('level-0 pixel 4000.7 is pixel 1000 of the level with downsample 4.0007', () => {
  const level = levels[1] as (typeof levels)[number];
  const point = l0ToLevel({ x: 4000.7, y: 8001.4 }, level);
  expect(point.x).toBeCloseTo(1000, 9);
  expect(point.y).toBeCloseTo(2000, 9);
});

test('at 0.5 and 0.25 µm/px over 0.25, level-0 pixel (100, 100) is target (200, 100) and cell (1.5625, 0.78125)', () => {
  const target = l0ToTarget({ x: 100, y: 100 }, { x: 2, y: 1 });
  expect(target).toEqual({ x: 200, y: 100 });
  expect(targetToHeat(target, 128)).toEqual({ x: 1.5625, y: 0.78125 });
});

test('going to any frame and back gives the point again, within a millionth of a pixel', () => {
  const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const factor = fc.double({ min: 0.01, max: 64, noNaN: true });
  fc.assert(
    fc.property(coordinate, coordinate, factor, factor, (x, y, fx, fy) => {
      const level = { index: 1, widthPx: 1, heightPx: 1, downsample: fx };
      const axes = { x: fx, y: fy };
      const there = levelToL0(l0ToLevel({ x, y }, level), level);
      const target = targetToL0(l0ToTarget({ x, y }, axes), axes);
      const heat = heatToTarget(targetToHeat({ x, y }, 128), 128);
      for (const point of [there, target, heat]) {
        expect(Math.abs(point.x - x)).toBeLessThan(1e-6);
        expect(Math.abs(point.y - y)).toBeLessThan(1e-6);
      }
    }),
  );
});
