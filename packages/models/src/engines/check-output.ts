import { GigascopeError } from '@gigascope/contracts';

/** How far the probabilities of one place may sum from 1. */
const SUM_TOLERANCE = 1e-3;

/** Float32 rounding may lift a probability of 1 this far. */
const ROUNDING = 1e-6;

/**
 * Refuses an answer [classes, places] whose values are not finite, not within [0, 1], or do not sum to 1 ± 0.001 at a place
 * (MODEL_OUTPUT_INVALID); 1 and a rounding error becomes 1.
 */
export function checkProbabilities(answer: Float32Array, classes: number, places: number, patch: number): void {
  for (let place = 0; place < places; place++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const p = answer[c * places + place] as number;
      if (!(p >= 0 && p <= 1 + ROUNDING)) throw new GigascopeError('MODEL_OUTPUT_INVALID', `patch ${patch} has ${p}`);
      if (p > 1) answer[c * places + place] = 1;
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE)
      throw new GigascopeError('MODEL_OUTPUT_INVALID', `patch ${patch} sums to ${sum}`);
  }
}

/** Softmax over the classes of [classes, places] logits, in place; the largest is taken off first so that nothing overflows. */
export function softmaxOverClasses(logits: Float32Array, classes: number, places: number): void {
  for (let place = 0; place < places; place++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[c * places + place] as number);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const value = Math.exp((logits[c * places + place] as number) - largest);
      logits[c * places + place] = value;
      sum += value;
    }
    for (let c = 0; c < classes; c++) logits[c * places + place] = (logits[c * places + place] as number) / sum;
  }
}
