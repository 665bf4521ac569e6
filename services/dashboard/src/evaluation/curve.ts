/** Curves in the unit square of a plot: x from 0 to 1 rightwards, y from 0 to 1 upwards. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** Where false positives per slide stand: linear to 1, then by halvings of what is left, so that 1/4 to 8 are all told apart. */
export function frocPosition(falsePositives: number): number {
  return falsePositives / (falsePositives + 1);
}

/** An SVG path through the points in a square of `side`; '' for none. */
export function curvePath(points: readonly CurvePoint[], side: number): string {
  return points.map(({ x, y }, k) => `${k === 0 ? 'M' : 'L'}${place(x, side)} ${place(1 - y, side)}`).join('');
}

/** The path of a curve of steps, as FROC curves are: to the right first, then up. */
export function stepPath(points: readonly CurvePoint[], side: number): string {
  return points
    .map(({ x, y }, k) =>
      k === 0 ? `M${place(x, side)} ${place(1 - y, side)}` : `H${place(x, side)}V${place(1 - y, side)}`,
    )
    .join('');
}

/** The last point of those reached at a threshold at or above `threshold`; null where none is. */
export function operatingPoint<T extends { readonly threshold: number | null }>(
  points: readonly T[],
  threshold: number,
): T | null {
  return points.findLast((point) => point.threshold !== null && point.threshold >= threshold) ?? null;
}

function place(share: number, side: number): string {
  return String(Math.round(Math.min(1, Math.max(0, share)) * side * 100) / 100);
}
