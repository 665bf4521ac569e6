import { Grading } from '@gigascope/contracts';
import { gradeC4d } from '@gigascope/findings';
import { describe, expect, it } from 'vitest';

describe('the Banff C4d grade', () => {
  it.each([
    [0, 50, 0, 0],
    [1, 1_000_000, 1 / 1_000_001, 1],
    [99, 901, 0.099, 1],
    [1, 9, 0.1, 2],
    [3, 27, 0.1, 2],
    [100, 900, 0.1, 2],
    [101, 899, 0.101, 2],
    [499, 501, 0.499, 2],
    [25, 25, 0.5, 2],
    [501, 499, 0.501, 3],
    [7, 0, 1, 3],
  ])('of %i positive and %i negative capillaries is that of the ratio %f: %i', (positive, negative, ratio, grade) => {
    const grading = gradeC4d(positive, negative);
    expect(grading).toEqual({ scheme: 'banff-c4d', positive, negative, ratio, grade, reason: null });
    expect(Grading.parse(grading)).toEqual(grading);
  });

  it('is none, with the reason, when there is no capillary', () => {
    expect(gradeC4d(0, 0)).toEqual({
      scheme: 'banff-c4d',
      positive: 0,
      negative: 0,
      ratio: null,
      grade: null,
      reason: 'No peritubular capillary was found.',
    });
  });

  it.each([
    [-1, 2],
    [1.5, 2],
    [Number.NaN, 2],
    [2, Number.POSITIVE_INFINITY],
  ])('refuses the counts %f and %f', (...counts) => {
    expect(() => gradeC4d(...(counts as [number, number]))).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
  });
});
