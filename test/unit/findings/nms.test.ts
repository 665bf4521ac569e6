import { GigascopeError } from '@gigascope/contracts';
import { NMS_FORMS, nmsDisc, nmsNcrf, nmsRadiusCells, type Peak, type ProbabilityMap } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

function mapOf(
  rows: readonly (readonly number[])[],
  Type: typeof Float64Array | typeof Float32Array = Float64Array,
): ProbabilityMap {
  return { columns: rows[0]?.length ?? 0, rows: rows.length, values: Type.from(rows.flat()) };
}

/** The definition, word for word: rescan the whole map for every point. */
function naive(
  map: ProbabilityMap,
  isLeft: (value: number) => boolean,
  xMajor: boolean,
  isNear: (dx: number, dy: number) => boolean,
): Peak[] {
  const values = map.values.slice();
  const peaks: Peak[] = [];
  for (;;) {
    let best = -1;
    for (let k = 0; k < values.length; k++) {
      const cell = xMajor ? (k % map.rows) * map.columns + Math.floor(k / map.rows) : k;
      const value = values[cell] ?? Number.NaN;
      if (!Number.isNaN(value) && (best < 0 || value > (values[best] ?? 0))) best = cell;
    }
    const probability = values[best] ?? 0;
    if (best < 0 || !isLeft(probability)) return peaks;
    const colHeat = best % map.columns;
    const rowHeat = Math.floor(best / map.columns);
    peaks.push({ colHeat, rowHeat, probability });
    for (let cell = 0; cell < values.length; cell++) {
      if (isNear((cell % map.columns) - colHeat, Math.floor(cell / map.columns) - rowHeat)) values[cell] = 0;
    }
  }
}

/** Few distinct values, so that ties are the rule; some cells off tissue. */
const maps = fc
  .record({ columns: fc.integer({ min: 1, max: 24 }), rows: fc.integer({ min: 1, max: 24 }), single: fc.boolean() })
  .chain(({ columns, rows, single }) =>
    fc
      .array(
        fc.oneof(
          fc.integer({ min: 0, max: 20 }).map((n) => n / 20),
          fc.constant(Number.NaN),
        ),
        {
          minLength: columns * rows,
          maxLength: columns * rows,
        },
      )
      .map((cells): ProbabilityMap => ({ columns, rows, values: (single ? Float32Array : Float64Array).from(cells) })),
  );

describe('disc suppression', () => {
  it('sets cells at a distance of exactly 5 cells to 0 and keeps the one at √26', () => {
    // From (0, 0): (3, 4) lies at 5, (1, 5) at 5.099; radius 5.
    const rows = Array.from({ length: 6 }, () => new Array<number>(6).fill(0));
    rows[0] = [0.9, 0, 0, 0, 0, 0.85];
    rows[4] = [0, 0, 0, 0.8, 0, 0];
    rows[5] = [0, 0.7, 0, 0, 0, 0];
    expect(nmsDisc(mapOf(rows), { radiusCells: 5, threshold: 0.5 })).toEqual([
      { colHeat: 0, rowHeat: 0, probability: 0.9 },
      { colHeat: 1, rowHeat: 5, probability: 0.7 },
    ]);
  });

  it('does not round the radius: 5.999 cells, the 186.6 µm of the paper, keep a neighbour 6 cells away and 6 do not', () => {
    const map = mapOf([[0.9, 0, 0, 0, 0, 0, 0.8]]);
    const radiusCells = nmsRadiusCells(186.6, 128, 0.243);
    expect(radiusCells).toBeCloseTo(5.99923, 5);
    expect(nmsDisc(map, { radiusCells, threshold: 0.5 })).toHaveLength(2);
    expect(nmsDisc(map, { radiusCells: 6, threshold: 0.5 })).toHaveLength(1);
  });

  it('compares distances, so a radius of √13 reaches the cell 2 by 3 away although √13² is below 13 in floating point', () => {
    const rows = [
      [0.9, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0.8],
    ];
    expect(Math.sqrt(13) ** 2).toBeLessThan(13);
    expect(nmsDisc(mapOf(rows), { radiusCells: Math.sqrt(13), threshold: 0.5 })).toHaveLength(1);
  });

  it('reports ties in row-major order and a value equal to the threshold, in float32 as well', () => {
    const rows = [
      [0, 0.7, 0],
      [0, 0, 0],
      [0.7, 0, 0.6],
    ];
    for (const Type of [Float64Array, Float32Array]) {
      const peaks = nmsDisc(mapOf(rows, Type), { radiusCells: 1, threshold: 0.6 });
      expect(peaks.map(({ colHeat, rowHeat }) => [colHeat, rowHeat])).toEqual([
        [1, 0],
        [0, 2],
        [2, 2],
      ]);
    }
    // 0.7 is 0.699999988 in float32, below the double 0.7.
    expect(nmsDisc(mapOf(rows, Float32Array), { radiusCells: 1, threshold: 0.7 })).toHaveLength(2);
  });

  it('reports each cell at most once at threshold 0, and none of an empty or all-NaN map', () => {
    expect(nmsDisc(mapOf([[0, 0, 0.5]]), { radiusCells: 1, threshold: 0 })).toHaveLength(2);
    expect(nmsDisc(mapOf([[Number.NaN, Number.NaN]]))).toEqual([]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a radius of %s cells', (radiusCells) => {
    expect(() => nmsDisc(mapOf([[1]]), { radiusCells, threshold: 0.5 })).toThrow(GigascopeError);
  });

  it('gives what rescanning the map for every point gives, on 400 random maps', () => {
    fc.assert(
      fc.property(
        maps,
        fc.double({ min: 0, max: 9, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (map, radiusCells, twentieths) => {
          const threshold = twentieths / 20;
          const limit = map.values instanceof Float32Array ? Math.fround(threshold) : threshold;
          const expected = naive(
            map,
            (value) => value >= limit,
            false,
            (dx, dy) => Math.hypot(dx, dy) <= radiusCells,
          );
          expect(nmsDisc(map, { radiusCells, threshold })).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('leaves over r between any two points and no cell ≥ t farther than r from all points', () => {
    fc.assert(
      fc.property(maps, fc.double({ min: 0, max: 6, noNaN: true }), (map, radiusCells) => {
        const peaks = nmsDisc(map, { radiusCells, threshold: 0.5 });
        const distance = (a: Peak, x: number, y: number): number => Math.hypot(a.colHeat - x, a.rowHeat - y);
        peaks.forEach((a, i) => {
          for (const b of peaks.slice(i + 1)) expect(distance(a, b.colHeat, b.rowHeat)).toBeGreaterThan(radiusCells);
        });
        map.values.forEach((value, cell) => {
          if (!(value >= 0.5)) return;
          const [x, y] = [cell % map.columns, Math.floor(cell / map.columns)];
          expect(peaks.some((peak) => distance(peak, x, y) <= radiusCells)).toBe(true);
        });
      }),
    );
  });

  it('finds over 10,000 points on a map of 2,000 × 2,000 noise cells, every one the highest of its disc', () => {
    const values = new Float32Array(4_000_000);
    let state = 1;
    for (let k = 0; k < values.length; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      values[k] = state / 2 ** 32;
    }
    const peaks = nmsDisc({ columns: 2000, rows: 2000, values }, { radiusCells: 6, threshold: 0.5 });
    expect(peaks.length).toBeGreaterThan(10_000);
    const probabilities = peaks.map((peak) => peak.probability);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
  });
});

describe('NCRF suppression', () => {
  it('suppresses a peak exactly r before the maximum and keeps one exactly r after it, on both axes', () => {
    // r = 2 around column 2: the half-open square is columns 0 … 3.
    const line = [0.7, 0, 0.9, 0, 0.8];
    const settings = { radiusCells: 2, threshold: 0.5 };
    const kept = [
      [2, 0.9],
      [4, 0.8],
    ];
    expect(nmsNcrf(mapOf([line]), settings).map((peak) => [peak.colHeat, peak.probability])).toEqual(kept);
    const column = mapOf(line.map((value) => [value]));
    expect(nmsNcrf(column, settings).map((peak) => [peak.rowHeat, peak.probability])).toEqual(kept);
  });

  it('does not report 0.5 itself, and takes the first of equal maxima by column, then by row', () => {
    const rows = [
      [0, 0.5, 0, 0.9],
      [0, 0, 0, 0],
      [0.9, 0, 0, 0.9],
    ];
    const peaks = nmsNcrf(mapOf(rows), { radiusCells: 1, threshold: 0.5 });
    expect(peaks.map(({ colHeat, rowHeat }) => [colHeat, rowHeat])).toEqual([
      [0, 2],
      [3, 0],
      [3, 2],
    ]);
  });

  it('writes lines as the public tool: 5 decimals, an exact half to even, cell (2, 1) of 64 px at 160,96, no header', () => {
    const peaks = [
      { colHeat: 2, rowHeat: 1, probability: 33 / 64 },
      { colHeat: 0, rowHeat: 0, probability: 35 / 64 },
      { colHeat: 0, rowHeat: 3, probability: Math.fround(0.7) },
    ];
    // 33/64 = 0.515625 and 35/64 = 0.546875 lie exactly between two numbers of 5 decimals.
    expect(NMS_FORMS.ncrf.toCsv(peaks, 64)).toBe('0.51562,160,96\n0.54688,32,32\n0.70000,32,224\n');
    // Level 0: int(2.5 · 1) = 2.
    expect(NMS_FORMS.ncrf.toCsv(peaks.slice(0, 1), 1)).toBe('0.51562,2,1\n');
  });

  it('smooths as scipy.ndimage.gaussian_filter with sigma 1 does, to the last digit on a 5 × 3 map', () => {
    const rows = [
      [0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0.5],
      [0, 0, 0.25, 0, 0],
    ];
    const [peak] = nmsNcrf(mapOf(rows), { radiusCells: 5, threshold: 0.1, sigmaCells: 1 });
    expect(peak).toEqual({ colHeat: 1, rowHeat: 1, probability: 0.1782464329990811 });
    // After a square of side 2 only row 2 and columns 2 … 4 are left; SciPy's largest there is 0.14534936749152597.
    const peaks = nmsNcrf(mapOf(rows), { radiusCells: 1, threshold: 0.14, sigmaCells: 1 });
    expect(peaks.map((point) => point.probability)).toEqual([0.1782464329990811, 0.14534936749152597]);
  });

  it.each([0, 1.5, -3])(
    'refuses a radius of %s cells, with which the public tool never ends or fails',
    (radiusCells) => {
      expect(() => nmsNcrf(mapOf([[1]]), { radiusCells, threshold: 0.5 })).toThrow(GigascopeError);
    },
  );

  it('gives what rescanning the map for every point gives, on 400 random maps', () => {
    fc.assert(
      fc.property(
        maps,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 19 }),
        (map, radiusCells, twentieths) => {
          const threshold = twentieths / 20;
          const limit = map.values instanceof Float32Array ? Math.fround(threshold) : threshold;
          const isNear = (dx: number, dy: number): boolean =>
            dx >= -radiusCells && dx < radiusCells && dy >= -radiusCells && dy < radiusCells;
          const expected = naive(map, (value) => value > limit, true, isNear);
          expect(nmsNcrf(map, { radiusCells, threshold })).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });
});
