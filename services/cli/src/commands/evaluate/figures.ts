import type { BootstrapInterval, Figure } from '@gigascope/findings';

/** What every evaluation prints of an interval: its two ends. */
export function ends(interval: BootstrapInterval | null): readonly [number, number] | null {
  return interval === null ? null : [interval.low, interval.high];
}

/** A figure as `--json` prints it. */
export function figureJson({ value, interval }: Figure): {
  value: number | null;
  interval: readonly [number, number] | null;
} {
  return { value, interval: ends(interval) };
}

/** A figure for people, with 4 decimals and its interval. */
export function describeFigure({ value, interval }: Figure): string {
  return `${describeNumber(value)}${describeRange(interval)}`;
}

export function describeNumber(value: number | null | undefined): string {
  return value === null || value === undefined ? 'undefined' : value.toFixed(4);
}

export function describeRange(interval: BootstrapInterval | null): string {
  return interval === null ? '' : `  (95 % ${interval.low.toFixed(4)} to ${interval.high.toFixed(4)})`;
}
