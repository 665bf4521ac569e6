import { expect, test } from 'vitest';
import {
  bandPath,
  curvePath,
  frocPosition,
  operatingPoint,
  stepPath,
} from '../../../services/dashboard/src/evaluation/curve.ts';
import { figureTitle, pairFigures } from '../../../services/dashboard/src/models/figures.ts';

test('a curve through (0, 0), (0.25, 0.5) and (1, 1) in a square of 100 starts below and ends above', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 0.25, y: 0.5 },
    { x: 1, y: 1 },
  ];
  expect(curvePath(points, 100)).toBe('M0 100L25 50L100 0');
  expect(stepPath(points, 100)).toBe('M0 100H25V50H100V0');
  expect(curvePath([], 100)).toBe('');
});

test('a band goes along its upper end and back along its lower one, slanting or in steps', () => {
  const places = [
    { x: 0, low: 0, high: 0.5 },
    { x: 0.5, low: 0.25, high: 1 },
    { x: 1, low: 0.75, high: 1 },
  ];
  expect(bandPath(places, 100, false)).toBe('M0 50L50 0L100 0L100 25L100 25L50 75L0 100Z');
  // To the right first, then up: the upper end stays at 0.5 up to the middle, the lower one at 0.
  expect(bandPath(places, 100, true)).toBe('M0 50L50 50L50 0L100 0L100 0L100 25L100 25L100 75L50 75L50 100L0 100Z');
  expect(bandPath([], 100, true)).toBe('');
});

test('1 false positive per slide stands in the middle, and 1/4 to 8 are told apart in order', () => {
  expect(frocPosition(1)).toBe(0.5);
  const places = [0, 0.25, 0.5, 1, 2, 4, 8].map(frocPosition);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(Math.max(...places)).toBeLessThan(1);
});

test('the operating point at 0.5 is the last one from 0.5 on; below every point there is none', () => {
  const points = [{ threshold: null }, { threshold: 0.9 }, { threshold: 0.5 }, { threshold: 0.2 }];
  expect(operatingPoint(points, 0.5)).toEqual({ threshold: 0.5 });
  expect(operatingPoint(points, 0.95)).toBeNull();
});

test('figures stand beside the ends of their intervals, and an end without its figure stands alone', () => {
  expect(pairFigures({ auc: 0.9, aucLow: 0.8, aucHigh: 0.95, dice: 0.7, otherLow: 1 })).toEqual([
    { name: 'auc', value: 0.9, low: 0.8, high: 0.95 },
    { name: 'dice', value: 0.7, low: null, high: null },
    { name: 'otherLow', value: 1, low: null, high: null },
  ]);
  expect(figureTitle('aucLeaveOneClusterOut')).toBe('AUC, leave one cluster out');
});
