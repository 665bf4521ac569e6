import { GigascopeError } from '@gigascope/contracts';

/** How far the probabilities of one patch may sum from 1. */
const SUM_TOLERANCE = 1e-3;

/** Float32 rounding may lift a probability of 1 this far. */
const ROUNDING = 1e-6;

/** Refuses predictions that are not finite, not within [0, 1], or do not sum to 1 ± 0.001 (MODEL_OUTPUT_INVALID); 1 and a rounding error becomes 1. */
export function checkProbabilities(probabilities: Float32Array, classes: number): void {
  for (let patch = 0; patch * classes < probabilities.length; patch++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const p = probabilities[patch * classes + c] as number;
      if (!(p >= 0 && p <= 1 + ROUNDING)) throw new GigascopeError('MODEL_OUTPUT_INVALID', `patch ${patch} has ${p}`);
      probabilities[patch * classes + c] = Math.min(p, 1);
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE)
      throw new GigascopeError('MODEL_OUTPUT_INVALID', `patch ${patch} sums to ${sum}`);
  }
}

/** Softmax over each row of `classes` logits, in place; the largest logit is taken off first so that nothing overflows. */
export function softmaxRows(logits: Float32Array, classes: number): void {
  for (let row = 0; row < logits.length; row += classes) {
    const values = logits.subarray(row, row + classes);
    const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      values[c] = Math.exp((values[c] as number) - largest);
      sum += values[c] as number;
    }
    for (let c = 0; c < classes; c++) values[c] = (values[c] as number) / sum;
  }
}
