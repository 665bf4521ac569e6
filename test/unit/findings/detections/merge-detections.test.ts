import { GigascopeError } from '@gigascope/contracts';
import { type DetectionRows, keepInCore, type MergeSettings, mergeDetections } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type Row = readonly [x0: number, y0: number, x1: number, y1: number, score: number, classIndex: number];

const SETTINGS: MergeSettings = {
  classes: ['red cell', 'white cell'],
  slideL0: { width: 10_000, height: 10_000 },
  threshold: 0.05,
  nmsIou: 0.5,
  exclusive: false,
};

const rows = (...list: readonly Row[]): Float64Array => Float64Array.from(list.flat());
const scores = (windows: readonly DetectionRows[], settings: Partial<MergeSettings> = {}): number[] =>
  mergeDetections(windows, { ...SETTINGS, ...settings }).map(({ probability }) => probability);

/** Two boxes of 100 × 100 that lie `shift` apart overlap by (100 − shift) / (100 + shift). */
const pair = (shift: number, classes: readonly [number, number] = [0, 0]): DetectionRows =>
  rows([10, 10, 110, 110, 0.9, classes[0]], [10 + shift, 10, 110 + shift, 110, 0.8, classes[1]]);

describe('suppression over the slide', () => {
  it('joins boxes that overlap by more than nmsIou, 0.5038, and keeps both at exactly 0.5 and below', () => {
    expect(scores([pair(33)])).toEqual([0.9]);
    expect(scores([rows([0, 0, 100, 100, 0.9, 0], [0, 0, 50, 100, 0.8, 0])])).toEqual([0.9, 0.8]);
    expect(scores([pair(34)])).toEqual([0.9, 0.8]);
  });

  it('keeps two classes in one place, unless an object is of one class only', () => {
    expect(scores([pair(5, [0, 1])])).toEqual([0.9, 0.8]);
    expect(scores([pair(5, [0, 1])], { exclusive: true })).toEqual([0.9]);
  });

  it('lets a suppressed box suppress nothing: of a chain of three, first and last stay', () => {
    const chain = rows([0, 0, 100, 100, 0.7, 0], [30, 0, 130, 100, 0.9, 0], [60, 0, 160, 100, 0.8, 0]);
    expect(scores([chain])).toEqual([0.9]);
    const weakMiddle = rows([0, 0, 100, 100, 0.9, 0], [30, 0, 130, 100, 0.8, 0], [60, 0, 160, 100, 0.7, 0]);
    expect(scores([weakMiddle])).toEqual([0.9, 0.7]);
  });

  it('equals a comparison of all pairs in order, on 200 random sets of 60 boxes', () => {
    const box = fc.record({
      x: fc.integer({ min: 0, max: 300 }),
      y: fc.integer({ min: 0, max: 300 }),
      width: fc.integer({ min: 5, max: 90 }),
      height: fc.integer({ min: 5, max: 90 }),
      score: fc.integer({ min: 1, max: 20 }),
      classIndex: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(box, { maxLength: 60 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        (boxes, ...options) => {
          const [exclusive, tenths] = options;
          const list = boxes.map(
            ({ x, y, width, height, score, classIndex }): Row => [x, y, x + width, y + height, score / 20, classIndex],
          );
          const settings = { ...SETTINGS, exclusive, nmsIou: tenths / 10 };
          const found = mergeDetections([rows(...list)], settings).map(
            (d): Row => [d.x0L0, d.y0L0, d.x1L0, d.y1L0, d.probability, SETTINGS.classes.indexOf(d.class)],
          );
          expect(found).toEqual(allPairs(list, settings));
          expect(mergeDetections([rows(...list.toReversed())], settings)).toEqual(
            mergeDetections([rows(...list)], settings),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('ranks by score, then from the top and from the left', () => {
    const list = rows(
      [50, 9, 60, 20, 0.5, 0],
      [9, 9, 20, 20, 0.5, 0],
      [900, 2, 910, 9, 0.5, 0],
      [90, 90, 99, 99, 0.6, 1],
    );
    const found = mergeDetections([list], SETTINGS);
    expect(found.map(({ rank, x0L0 }) => [rank, x0L0])).toEqual([
      [1, 90],
      [2, 900],
      [3, 9],
      [4, 50],
    ]);
    expect(found[0]?.class).toBe('white cell');
  });
});

describe('the slide’s border', () => {
  it('clips a box to the slide and leaves out one whose centre lies off it, in the mirror', () => {
    const found = mergeDetections(
      [rows([-20, -4, 30, 40, 0.9, 0], [-40, 100, 20, 140, 0.9, 0], [9_990, 9_980, 10_008, 10_015, 0.8, 0])],
      SETTINGS,
    );
    expect(found.map(({ x0L0, y0L0, x1L0, y1L0 }) => [x0L0, y0L0, x1L0, y1L0])).toEqual([
      [0, 0, 30, 40],
      [9_990, 9_980, 10_000, 10_000],
    ]);
  });
});

describe('values that are no detection', () => {
  const bad: readonly (readonly [string, Row])[] = [
    ['a coordinate that is no number', [Number.NaN, 0, 1, 1, 0.5, 0]],
    ['a coordinate without end', [0, 0, Number.POSITIVE_INFINITY, 1, 0.5, 0]],
    ['ends in the wrong order', [9, 0, 1, 1, 0.5, 0]],
    ['a score that is no number', [0, 0, 1, 1, Number.NaN, 0]],
    ['a score of 1.01', [0, 0, 1, 1, 1.01, 0]],
    ['class 2 of 2', [0, 0, 1, 1, 0.5, 2]],
    ['class 0.5', [0, 0, 1, 1, 0.5, 0.5]],
  ];
  it.each(bad)('refuses %s', (_what, row) => {
    expect(() => mergeDetections([rows(row)], SETTINGS)).toThrow(
      expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }),
    );
  });

  it('refuses 7 numbers, which are no rows of 6, and takes no row at all', () => {
    expect(() => mergeDetections([new Float64Array(7)], SETTINGS)).toThrow(GigascopeError);
    expect(() => keepInCore(new Float32Array(5), { core: { x: 0, y: 0, width: 1, height: 1 }, marginPx: 0 })).toThrow(
      GigascopeError,
    );
    expect(mergeDetections([new Float32Array(0)], SETTINGS)).toEqual([]);
  });
});

function allPairs(list: readonly Row[], { nmsIou, exclusive }: MergeSettings): readonly Row[] {
  const order = [4, 1, 0, 3, 2, 5];
  const signs = [-1, 1, 1, 1, 1, 1];
  const sorted = list.toSorted((a, b) =>
    order.reduce((sum, column, k) => sum || (signs[k] as number) * ((a[column] as number) - (b[column] as number)), 0),
  );
  const kept: Row[] = [];
  for (const row of sorted) {
    const rival = kept.some((better) => (exclusive || better[5] === row[5]) && overlap(better, row) > nmsIou);
    if (!rival) kept.push(row);
  }
  return kept;
}

function overlap(a: Row, b: Row): number {
  const shared =
    Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared);
}
