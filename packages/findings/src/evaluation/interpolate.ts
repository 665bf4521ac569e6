/**
 * Interpolates linearly through points whose x ascends, as numpy.interp does: flat beyond the ends, and where an x repeats
 * the last of its points counts. NaN where an ordinate needed is NaN. At least one point.
 */
export function interpolate(at: number, xs: readonly number[], ys: readonly number[]): number {
  const last = xs.length - 1;
  const k = xs.findLastIndex((x) => x <= at);
  if (k < 0) return ys[0] as number;
  const [x, y] = [xs[k] as number, ys[k] as number];
  if (k === last || x === at) return y;
  const slope = ((ys[k + 1] as number) - y) / ((xs[k + 1] as number) - x);
  return slope * (at - x) + y;
}
