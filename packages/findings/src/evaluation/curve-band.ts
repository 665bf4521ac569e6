import type { BootstrapInterval } from './bootstrap.ts';

/** A curve's 95 % interval at one place of its horizontal axis. */
export interface BandPoint {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/** Places whose interval does not exist are left out. */
export function bandOf(places: readonly number[], intervals: readonly (BootstrapInterval | null)[]): BandPoint[] {
  return places.flatMap((at, k) => {
    const interval = intervals[k];
    return interval ? [{ at, low: interval.low, high: interval.high }] : [];
  });
}
