export interface HullPoint {
  readonly x: number;
  readonly y: number;
}

/** The corners of the convex hull by Andrew's monotone chain (1979), over points already sorted by y, then x. */
export function convexHull(points: readonly HullPoint[]): readonly HullPoint[] {
  return [...halfHull(points), ...halfHull(points.toReversed())];
}

function halfHull(points: readonly HullPoint[]): readonly HullPoint[] {
  const chain: HullPoint[] = [];
  for (const point of points) {
    for (let last = chain.at(-1), before = chain.at(-2); last && before; last = chain.at(-1), before = chain.at(-2)) {
      const turn = (last.y - before.y) * (point.x - before.x) - (last.x - before.x) * (point.y - before.y);
      if (turn > 0) break;
      chain.pop();
    }
    chain.push(point);
  }
  return chain;
}
