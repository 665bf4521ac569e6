import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  heatLevel,
  heatTileArea,
  heatTilesIn,
  readHeatTile,
} from '../../../services/dashboard/src/viewer/heat-tiles.ts';
import { addressOf } from '../../../services/dashboard/src/viewer/tile-cache.ts';

const MAP = { columns: 700, rows: 300, cellL0: { x: 256, y: 256 }, tileSize: 256, levels: 3 };

describe('the heatmap’s tiles', () => {
  it('are of the level whose values are one to two pixels, and of the last where even those are smaller', () => {
    expect(heatLevel(MAP, 1)).toBe(0);
    expect(heatLevel(MAP, 1 / 256)).toBe(0);
    expect(heatLevel(MAP, 1 / 257)).toBe(1);
    expect(heatLevel(MAP, 1 / 512)).toBe(1);
    expect(heatLevel(MAP, 1 / 10_000)).toBe(2);
  });

  it('are 3 × 2 at level 0 and one at level 2, of which the last hold what is left', () => {
    const whole = { x0: 0, y0: 0, x1: 700 * 256, y1: 300 * 256 };
    expect(heatTilesIn(MAP, 0, whole)).toEqual(['0/0_0', '0/1_0', '0/2_0', '0/0_1', '0/1_1', '0/2_1']);
    expect(heatTilesIn(MAP, 2, whole)).toEqual(['2/0_0']);
    const last = readHeatTile(MAP, { level: 0, col: 2, row: 1 }, new ArrayBuffer(188 * 44 * 4));
    expect([last.columns, last.rows]).toEqual([188, 44]);
    expect(heatTileArea(MAP, { level: 0, col: 2, row: 1 }, last)).toEqual({
      ...{ x0: 131_072, y0: 65_536, x1: 700 * 256, y1: 300 * 256 },
    });
  });

  it('refuse bytes of another size', () => {
    expect(() => readHeatTile(MAP, { level: 0, col: 0, row: 0 }, new ArrayBuffer(4))).toThrow(RangeError);
  });

  it('put every cell of every level under the place that it stands for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.99999, noNaN: true }),
        fc.double({ min: 0, max: 0.99999, noNaN: true }),
        fc.integer({ min: 0, max: 2 }),
        (shareX, shareY, level) => {
          const [x, y] = [shareX * 700 * 256, shareY * 300 * 256];
          const key = heatTilesIn(MAP, level, { x0: x, y0: y, x1: x, y1: y }).at(-1);
          if (key === undefined) throw new Error('no tile');
          const at = addressOf(key);
          const side = (cells: number, index: number) => Math.min(256, Math.ceil(cells / 2 ** level) - index * 256);
          const size = { columns: side(700, at.col), rows: side(300, at.row) };
          const area = heatTileArea(MAP, at, size);
          const column = at.col * 256 + Math.floor(((x - area.x0) / (area.x1 - area.x0)) * size.columns);
          expect(column).toBe(Math.floor(Math.floor(x / 256) / 2 ** level));
        },
      ),
    );
  });
});
