import { rocAuc, rocCurve, type ScoredCase } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const cases = (positives: readonly number[], negatives: readonly number[]): ScoredCase[] => [
  ...positives.map((score) => ({ score, positive: true })),
  ...negatives.map((score) => ({ score, positive: false })),
];

describe('ROC curve', () => {
  it('has 6 points for a reader who gives 4 tumour slides the steps 4, 4, 3, 1 and 4 normal ones 0, 1, 2, 3', () => {
    // At or above 4: 2 of 4 and 0 of 4; 3: 3 and 1; 2: 3 and 2; 1: 4 and 3; 0: 4 and 4.
    expect(rocCurve(cases([4, 4, 3, 1], [0, 1, 2, 3]))).toEqual([
      { falsePositiveRate: 0, sensitivity: 0 },
      { falsePositiveRate: 0, sensitivity: 0.5 },
      { falsePositiveRate: 0.25, sensitivity: 0.75 },
      { falsePositiveRate: 0.5, sensitivity: 0.75 },
      { falsePositiveRate: 0.75, sensitivity: 1 },
      { falsePositiveRate: 1, sensitivity: 1 },
    ]);
  });

  it('rises from (0, 0) to (1, 1), and the trapezoids under it are the Mann–Whitney AUC, ties included', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(steps, steps, (positives, negatives) => {
        const curve = rocCurve(cases(positives, negatives));
        expect(curve[0]).toEqual({ falsePositiveRate: 0, sensitivity: 0 });
        expect(curve.at(-1)).toEqual({ falsePositiveRate: 1, sensitivity: 1 });
        const area = curve.slice(1).reduce((sum, { falsePositiveRate, sensitivity }, k) => {
          const before = curve[k] ?? { falsePositiveRate: 0, sensitivity: 0 };
          expect(sensitivity).toBeGreaterThanOrEqual(before.sensitivity);
          return sum + ((falsePositiveRate - before.falsePositiveRate) * (sensitivity + before.sensitivity)) / 2;
        }, 0);
        expect(area).toBeCloseTo(rocAuc(cases(positives, negatives), { resamples: 0 }).auc, 12);
      }),
    );
  });

  it('refuses cases of one class, and a score that is no number', () => {
    expect(() => rocCurve(cases([1, 2], []))).toThrow('positive and negative');
    expect(() => rocCurve(cases([Number.NaN], [1]))).toThrow('positive and negative');
  });
});
