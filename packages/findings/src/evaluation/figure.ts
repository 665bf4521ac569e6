import { BOOTSTRAP_DEFAULTS, type BootstrapInterval, type BootstrapSettings, bootstrapInterval } from './bootstrap.ts';
import type { Groups } from './groups.ts';

/** A figure with its 95 % percentile interval; null where it does not exist: 0/0, or a single group, which has no spread. */
export interface Figure {
  readonly value: number | null;
  readonly interval: BootstrapInterval | null;
}

/**
 * Computes a figure, and its interval over groups drawn with replacement. `statistic` gets how often each case counts, in an array
 * that is used again, and gives NaN where the figure does not exist. Figures of one seed are of the same draws.
 */
export function bootstrapFigure(
  { groupOf, count }: Groups,
  statistic: (draws: Uint32Array) => number,
  settings: Partial<BootstrapSettings> = {},
): Figure {
  const draws = new Uint32Array(groupOf.length).fill(1);
  const value = statistic(draws);
  if (Number.isNaN(value)) return { value: null, interval: null };
  if (count < 2) return { value, interval: null };
  const ofGroups = (drawn: Uint32Array): number => {
    for (let k = 0; k < draws.length; k++) draws[k] = drawn[groupOf[k] as number] as number;
    return statistic(draws);
  };
  return { value, interval: bootstrapInterval(count, ofGroups, { ...BOOTSTRAP_DEFAULTS, ...settings }) };
}
