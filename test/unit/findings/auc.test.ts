import { rocAuc, type ScoredCase } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const cases = (positives: readonly number[], negatives: readonly number[]): ScoredCase[] => [
  ...positives.map((score) => ({ score, positive: true })),
  ...negatives.map((score) => ({ score, positive: false })),
];

describe('ROC AUC', () => {
  it('is 7.5 of 9 pairs for positives 0.9, 0.8, 0.4 and negatives 0.8, 0.3, 0.1', () => {
    // 0.9 wins 3; 0.8 ties one and wins 2; 0.4 loses one and wins 2: 3 + 2.5 + 2.
    expect(rocAuc(cases([0.9, 0.8, 0.4], [0.8, 0.3, 0.1]))).toMatchObject({
      auc: 7.5 / 9,
      positives: 3,
      negatives: 3,
      groups: 6,
    });
  });

  it('equals the count over all pairs, ties a half, and mirrors when scores change sign', () => {
    const scores = fc.array(fc.integer({ min: -3, max: 6 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const wins = positives
          .flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)))
          .reduce((a: number, b) => a + b, 0);
        const auc = (sign: number) =>
          rocAuc(
            cases(
              positives.map((s) => s * sign),
              negatives.map((s) => s * sign),
            ),
            { resamples: 0 },
          ).auc;
        expect(auc(1)).toBeCloseTo(wins / (positives.length * negatives.length), 12);
        expect(auc(1) + auc(-1)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('covers the true AUC of 0.76 of two shifted normals with about 95 of 100 intervals of 60 cases', () => {
    // Scores N(1, 1) and N(0, 1): AUC = Φ(1/√2) = 0.7602. Box–Muller on a fixed Lehmer sequence.
    let state = 42;
    const uniform = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    let covered = 0;
    for (let trial = 0; trial < 100; trial++) {
      const sample = cases(
        Array.from({ length: 30 }, () => normal() + 1),
        Array.from({ length: 30 }, normal),
      );
      const { interval } = rocAuc(sample, { resamples: 300 });
      if (interval !== null && interval.low <= 0.7602 && interval.high >= 0.7602) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(88);
  });

  it('draws groups whole: 40 copies of each of 6 cases give the interval of the 6, not that of 240', () => {
    const six = cases([0.9, 0.8, 0.4], [0.8, 0.3, 0.1]).map((scored, k) => ({ ...scored, group: `patient ${k}` }));
    const copies = six.flatMap((scored) => new Array<ScoredCase>(40).fill(scored));
    expect(rocAuc(copies).interval).toEqual(rocAuc(six).interval);
    const alone = rocAuc(copies.map(({ score, positive }) => ({ score, positive }))).interval;
    const whole = rocAuc(copies).interval;
    expect((alone?.high ?? 1) - (alone?.low ?? 0)).toBeLessThan(((whole?.high ?? 0) - (whole?.low ?? 1)) / 2);
  });

  it('refuses one class alone and a score that is not a number', () => {
    expect(() => rocAuc(cases([0.5], []))).toThrow(/positive and negative/);
    expect(() => rocAuc(cases([Number.NaN], [0.5]))).toThrow(/not a number/);
  });
});
