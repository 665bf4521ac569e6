import { GigascopeError } from '@gigascope/contracts';
import { seededRandom } from './seeded-random.ts';

export interface BootstrapSettings {
  readonly resamples: number;
  readonly seed: number;
}

export const BOOTSTRAP_DEFAULTS: BootstrapSettings = { resamples: 1000, seed: 1 };

/** A percentile interval with what it takes to compute it again. */
export interface BootstrapInterval extends BootstrapSettings {
  readonly low: number;
  readonly high: number;
  /** The share of resamples between the ends: 0.95. */
  readonly level: number;
  /** Resamples on which the statistic exists; the others (no lesion, or one class only, drawn) are left out. */
  readonly usable: number;
}

const LEVEL = 0.95;

/**
 * Returns the 95 % percentile interval of a statistic over `units` (slides, patients) drawn with replacement:
 * Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13. `statistic` gets how often each unit was
 * drawn, in an array that is used again. null when it is NaN on every resample.
 */
export function bootstrapInterval(
  units: number,
  statistic: (draws: Uint32Array) => number,
  settings: BootstrapSettings,
): BootstrapInterval | null {
  return bootstrapIntervals(units, 1, (draws) => [statistic(draws)], settings)[0] ?? null;
}

/** The intervals of `count` statistics on the same draws, each pointwise: together they cover less than 95 %. */
export function bootstrapIntervals(
  units: number,
  count: number,
  statistics: (draws: Uint32Array) => readonly number[],
  { resamples, seed }: BootstrapSettings,
): readonly (BootstrapInterval | null)[] {
  if (!(Number.isInteger(resamples) && resamples >= 0 && Number.isSafeInteger(seed))) {
    throw new GigascopeError('ARGUMENT_INVALID', `${resamples} resamples, seed ${seed}`);
  }
  const random = seededRandom(seed);
  const draws = new Uint32Array(units);
  const found = Array.from({ length: count }, (): number[] => []);
  for (let resample = 0; resample < resamples; resample++) {
    draws.fill(0);
    for (let k = 0; k < units; k++) {
      const unit = Math.floor(random() * units);
      draws[unit] = (draws[unit] as number) + 1;
    }
    statistics(draws).forEach((value, k) => {
      if (!Number.isNaN(value)) found[k]?.push(value);
    });
  }
  return found.map((values) => intervalOf(values, { resamples, seed }));
}

function intervalOf(found: readonly number[], settings: BootstrapSettings): BootstrapInterval | null {
  if (found.length === 0) return null;
  const sorted = Float64Array.from(found).sort();
  const low = quantile(sorted, (1 - LEVEL) / 2);
  return { low, high: quantile(sorted, (1 + LEVEL) / 2), level: LEVEL, ...settings, usable: found.length };
}

/** Linear between order statistics: definition 7 of Hyndman and Fan 1996, NumPy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const from = sorted[below] as number;
  const to = sorted[Math.min(sorted.length - 1, below + 1)] as number;
  return from + (to - from) * (position - below);
}
