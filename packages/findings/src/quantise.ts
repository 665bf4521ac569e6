import { GigascopeError } from '@gigascope/contracts';

const STEPS = 65535;
/** A softmax or a mean of eight in float32 may leave [0, 1] by its last bits; anything beyond is no probability. */
const ROUNDING = 1e-6;

/**
 * Rounds a probability to the nearest multiple of 1/65535, so that what else shared its batch cannot change what is stored.
 * Applying it again changes nothing, float32 storage in between included. Throws MODEL_OUTPUT_INVALID for NaN and for values outside [0, 1].
 */
export function quantise(probability: number): number {
  if (!(probability >= -ROUNDING && probability <= 1 + ROUNDING)) {
    throw new GigascopeError('MODEL_OUTPUT_INVALID', `${probability}`);
  }
  return Math.min(STEPS, Math.max(0, Math.round(probability * STEPS))) / STEPS;
}
