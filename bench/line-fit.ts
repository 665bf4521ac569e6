export interface Point {
  readonly x: number;
  readonly y: number;
}

/** y = intercept + slope · x. */
export interface Line {
  readonly intercept: number;
  readonly slope: number;
}

/**
 * The line whose relative errors have the least squares: a tenth of a short time counts as much as a tenth of a long one.
 * All y above 0, and two different x at least.
 */
export function fitLine(points: readonly Point[]): Line {
  const sum = (of: (point: Point) => number): number =>
    points.reduce((total, point) => total + of(point) / point.y ** 2, 0);
  const [w, wx, wy] = [sum(() => 1), sum(({ x }) => x), sum(({ y }) => y)];
  const [wxx, wxy] = [sum(({ x }) => x * x), sum(({ x, y }) => x * y)];
  const slope = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  return { intercept: (wy - slope * wx) / w, slope };
}

/** How far a line lies from a point, as a share of the point's y. */
export function relativeError({ intercept, slope }: Line, { x, y }: Point): number {
  return Math.abs(intercept + slope * x - y) / y;
}

/** The relative error at each point of the line through all the others. */
export function leaveOneOutErrors(points: readonly Point[]): number[] {
  return points.map((point, left) => relativeError(fitLine(points.filter((_, at) => at !== left)), point));
}
