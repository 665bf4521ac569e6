import { describe, expect, it } from 'vitest';
import {
  deepestLevel,
  findingLevel,
  findingTileArea,
  findingTilesIn,
  joinCounts,
  ofTile,
} from '../../../services/dashboard/src/viewer/finding-tiles.ts';

const SIZE = { widthL0: 3000, heightL0: 2400 };

describe('vector tiles of findings', () => {
  it('are on screen at most 512 px and more than 256 px, but at the deepest level larger', () => {
    expect(deepestLevel(SIZE)).toBe(12);
    for (const scale of [0.9, 0.5, 0.26, 0.1, 0.03]) {
      const side = 512 * 2 ** (12 - findingLevel(scale, SIZE)) * scale;
      expect(side).toBeLessThanOrEqual(512);
      expect(side).toBeGreaterThan(256);
    }
    expect(findingLevel(3, SIZE)).toBe(12);
  });

  it('cover a slide of 3000 × 2400 px with 6 × 5 tiles, the middle first', () => {
    const keys = findingTilesIn(12, { x0: 0, y0: 0, x1: 3000, y1: 2400 }, SIZE);
    expect(keys).toHaveLength(30);
    expect(keys[0]).toBe('12/2_2');
    expect(findingTileArea('12/5_4', SIZE)).toEqual({ x0: 2560, y0: 2048, x1: 3072, y1: 2560 });
    expect(findingTilesIn(12, { x0: 10, y0: 10, x1: 10, y1: 10 }, SIZE)).toEqual([]);
  });

  it('join counts of two tiles in squares of at least 72 px and lose none', () => {
    const cells = (from: number): [number, number, number][] =>
      [...Array(16).keys()].map((k) => [from + k, 0, 3] as [number, number, number]);
    const density = (from: number) => ({ cellL0: 32, classes: [{ class: 'nucleus', cells: cells(from) }] });
    const joined = joinCounts([density(0), density(16)], 0.5);
    expect(joined?.cellL0).toBe(256);
    expect(joined?.classes[0]?.cells).toEqual([0, 1, 2, 3].map((col) => [col, 0, 24]));
    expect(joinCounts([], 1)).toBe(null);
  });

  it('know the middle side of what they hold', () => {
    const box = (side: number) => ({
      ...{ rank: side, class: 'a', probability: 0.5 },
      ...{ x0L0: 0, y0L0: 0, x1L0: side, y1L0: 1 },
    });
    const tile = ofTile({ x0: 0, y0: 0, x1: 512, y1: 512, detections: [box(9), box(30), box(20)] });
    expect(tile).toMatchObject({ show: 'each', medianSideL0: 20 });
  });
});
