import { evaluateKappa, PATIENT_STAGES, patientStage } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const pairs = (truth: readonly number[], predicted: readonly number[]) =>
  truth.map((stage, k) => ({ truth: stage, predicted: predicted[k] as number }));

describe('quadratic-weighted kappa', () => {
  it('of 0 1 1 2 against 0 1 2 2 is 1 − 1/5', () => {
    // Observed: (1 − 2)² once. Expected, from frequencies 1 2 1 and 1 1 2: (1 + 8 + 2 + 4 + 4 + 1) / 4.
    expect(evaluateKappa(pairs([0, 1, 1, 2], [0, 1, 2, 2]), 3).kappa.value).toBeCloseTo(1 - 1 / 5, 12);
  });

  it('agrees with scikit-learn’s cohen_kappa_score on ten patients of five stages', () => {
    const rated = pairs([0, 0, 1, 2, 2, 3, 3, 4, 4, 0], [0, 1, 1, 2, 3, 3, 2, 4, 3, 0]);
    const { kappa, agreement, confusion, cases } = evaluateKappa(rated, 5);
    expect(kappa.value).toBeCloseTo(0.8994974874371859, 12);
    expect({ agreement, cases }).toEqual({ agreement: 0.6, cases: 10 });
    expect(confusion[0]).toEqual([2, 1, 0, 0, 0]);
    expect(kappa.interval?.low).toBeLessThan(0.9);
    expect(kappa.interval?.high).toBeLessThanOrEqual(1);
  });

  it('of two opposite raters is −1, of a rater who says one stage to all 0', () => {
    expect(evaluateKappa(pairs([0, 4, 0, 4], [4, 0, 4, 0]), 5).kappa.value).toBe(-1);
    expect(evaluateKappa(pairs([0, 2, 4], [2, 2, 2]), 5).kappa.value).toBe(0);
  });

  it('does not exist when both give every patient the same stage', () => {
    expect(evaluateKappa(pairs([3, 3], [3, 3]), 5).kappa).toEqual({ value: null, interval: null });
  });

  it('is 1 of full agreement on two stages or more, and symmetric in the raters', () => {
    const stages = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(stages, stages, (a, b) => {
        const value = (x: number[], y: number[]) => evaluateKappa(pairs(x, y), 5, { resamples: 3 }).kappa.value;
        if (new Set(a).size > 1) expect(value(a, a)).toBe(1);
        const there = value(a, b);
        expect(value(b, a)).toEqual(there === null ? null : expect.closeTo(there, 12));
      }),
    );
  });

  it('refuses no patients, and a stage beyond the last', () => {
    expect(() => evaluateKappa([], 5)).toThrow(/no case/);
    expect(() => evaluateKappa(pairs([5], [0]), 5)).toThrow(/none of 5 categories/);
  });
});

describe('patientStage, from five slides', () => {
  const four = (label: 'negative' | 'itc' | 'micro' | 'macro') => [label, label, label, label] as const;
  it.each([
    { stage: 'pN0', nodes: [...four('negative'), 'negative'] },
    { stage: 'pN0(i+)', nodes: [...four('negative'), 'itc'] },
    { stage: 'pN0(i+)', nodes: [...four('itc'), 'itc'] },
    { stage: 'pN1mi', nodes: ['micro', ...four('itc')] },
    { stage: 'pN1mi', nodes: [...four('micro'), 'micro'] },
    { stage: 'pN1', nodes: ['macro', ...four('negative')] },
    { stage: 'pN1', nodes: ['macro', 'micro', 'micro', 'itc', 'itc'] },
    { stage: 'pN2', nodes: ['macro', 'micro', 'micro', 'micro', 'itc'] },
    { stage: 'pN2', nodes: [...four('macro'), 'macro'] },
  ] as const)('$nodes is $stage', ({ stage, nodes }) => {
    expect(patientStage(nodes)).toBe(stage);
    expect(patientStage(nodes.toReversed())).toBe(stage);
    expect(PATIENT_STAGES).toContain(stage);
  });

  it('refuses four slides', () => {
    expect(() => patientStage(four('itc'))).toThrow(/5 slides, not 4/);
  });
});
