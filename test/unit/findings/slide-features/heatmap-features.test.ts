import { FEATURE_COLUMNS, measureHeatmap, type ProbabilityMap } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convexArea } from '../../../../packages/findings/src/slide-features/convex-area.ts';
import { FEATURE_CASES } from './scikit-image-cases.ts';

function heatmap(picture: readonly string[]): ProbabilityMap {
  const values = Float32Array.from(picture.join(''), (c) => (c === '.' ? Number.NaN : Number(c) / 10 + 0.05));
  return { columns: picture[0]?.length ?? 0, rows: picture.length, values };
}

describe('features of a heatmap', () => {
  it.each(FEATURE_CASES)('are scikit-image’s to 1e-6: $what at $threshold', ({ picture, threshold, features }) => {
    const { values } = measureHeatmap(heatmap(picture), [threshold]);
    const byName = (list: readonly number[]) => Object.fromEntries(FEATURE_COLUMNS.map((name, k) => [name, list[k]]));
    expect(Object.keys(byName(values))).toHaveLength(30);
    for (const [k, name] of FEATURE_COLUMNS.entries()) expect(values[k], name).toBeCloseTo(features[k] as number, 6);
  });

  it('are 30 for each threshold, the further ones’ names ending in it', () => {
    const { names, values } = measureHeatmap(heatmap(['.....', '.979.', '.....']), [0.5, 0.9]);
    expect(names.slice(0, 2)).toEqual(['ratio_cancer_tissue50', 'ratio_cancer_tissue60']);
    expect(names[40]).toBe('largest_area@0.9');
    expect([values[10], values[40]]).toEqual([3, 1]);
    expect(values).toHaveLength(60);
  });

  it('are all 0 where nothing stands above the threshold, and on a slide without tissue', () => {
    expect(measureHeatmap(heatmap(['...', '.4.', '...']), [0.5]).values).toEqual(new Array(30).fill(0));
    expect(measureHeatmap(heatmap(['...', '...']), [0.5]).values).toEqual(new Array(30).fill(0));
  });

  it('take a cell at the threshold for below it, in the map’s own number type', () => {
    const at = (values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>) =>
      measureHeatmap({ columns: 3, rows: 3, values }, [0.9]).values[10];
    const cell = [0, 0, 0, 0, 0.9, 0, 0, 0, 0];
    expect([at(Float32Array.from(cell)), at(Float64Array.from(cell))]).toEqual([0, 0]);
    cell[4] = 0.9001;
    expect([at(Float32Array.from(cell)), at(Float64Array.from(cell))]).toEqual([1, 1]);
  });

  it('refuse the threshold 1.5', () => {
    expect(() => measureHeatmap(heatmap(['9']), [1.5])).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});

describe('the area of a convex hull in cells', () => {
  it('is 1 of a cell, 5 of an L of 4, and that of a rectangle', () => {
    expect(convexArea([{ y: 7, left: 3, right: 3 }])).toBe(1);
    expect(
      convexArea([
        { y: 0, left: 1, right: 3 },
        { y: 1, left: 1, right: 1 },
      ]),
    ).toBe(5);
    expect(convexArea([0, 1, 2].map((y) => ({ y, left: 2, right: 6 })))).toBe(15);
  });

  it('counts the centres that no line through two side middles cuts off, on 200 random shapes', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (list) => {
        const rows = list.map(([a, b], y) => ({ y, left: Math.min(a, b), right: Math.max(a, b) }));
        expect(convexArea(rows)).toBe(centresInHull(rows));
      }),
      { numRuns: 200 },
    );
  });
});

/** By definition: a point lies outside a hull when some line through two of its points has all of them on one side, and it on the other. */
function centresInHull(rows: readonly { readonly y: number; readonly left: number; readonly right: number }[]): number {
  const points = rows.flatMap(({ y, left, right }) =>
    [left, right].flatMap(
      (x) =>
        [
          [2 * x - 1, 2 * y],
          [2 * x + 1, 2 * y],
          [2 * x, 2 * y - 1],
          [2 * x, 2 * y + 1],
        ] as const,
    ),
  );
  const side = (a: readonly number[], b: readonly number[], p: readonly number[]): number =>
    ((b[0] as number) - (a[0] as number)) * ((p[1] as number) - (a[1] as number)) -
    ((b[1] as number) - (a[1] as number)) * ((p[0] as number) - (a[0] as number));
  const edges = points.flatMap((a) =>
    points
      .filter((b) => (a[0] !== b[0] || a[1] !== b[1]) && points.every((p) => side(a, b, p) >= 0))
      .map((b) => [a, b] as const),
  );
  let count = 0;
  for (let y = 0; y < rows.length; y++) {
    for (let x = 0; x < 10; x++) if (edges.every(([a, b]) => side(a, b, [2 * x, 2 * y]) >= 0)) count++;
  }
  return count;
}
