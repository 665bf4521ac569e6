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

/** Of a curve at one place: 0 … 1 along both axes. */
export interface BandPlace {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** The closed path of a band: along its upper end, and back along its lower one; in steps where its curve has them. */
export function bandPath(places: readonly BandPlace[], side: number, stepped: boolean): string {
  if (places.length === 0) return '';
  const upper = places.map(({ x, high: y }) => ({ x, y }));
  const lower = places.map(({ x, low: y }) => ({ x, y }));
  const end = places.at(-1)?.x ?? 1;
  // A step's way back goes up first, then to the left: the lower end read from right to left.
  const back = (stepped ? stepsOf(lower) : lower).toReversed();
  return `${curvePath([...(stepped ? stepsOf(upper) : upper), { x: end, y: back[0]?.y ?? 0 }, ...back], side)}Z`;
}

function stepsOf(points: readonly CurvePoint[]): readonly CurvePoint[] {
  return points.flatMap(({ x, y }, k) =>
    k === 0
      ? [{ x, y }]
      : [
          { x, y: points[k - 1]?.y ?? y },
          { x, y },
        ],
  );
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
