import { convexHull, type HullPoint } from '../raster/convex-hull.ts';

/** The ends of one row of a region. */
export interface RowExtent {
  readonly y: number;
  readonly left: number;
  right: number;
}

/**
 * Counts the cells whose centre lies in or on the convex hull of a region, drawn around the middles of its cells' four sides:
 * `area_convex` of scikit-image. `rows` are consecutive, from the top. All in whole numbers, twice as fine as cells.
 */
export function convexArea(rows: readonly RowExtent[]): number {
  const corners = convexHull(sideMiddles(rows));
  return rows.reduce((sum, { y }) => sum + cellsInside(corners, 2 * y), 0);
}

/** Leftmost and rightmost side middle at each height, by height: all that the hull needs. */
function sideMiddles(rows: readonly RowExtent[]): HullPoint[] {
  const points: HullPoint[] = [];
  rows.forEach(({ y, left, right }, k) => {
    const above = rows[k - 1];
    points.push(
      { x: 2 * Math.min(left, above?.left ?? left), y: 2 * y - 1 },
      { x: 2 * Math.max(right, above?.right ?? right), y: 2 * y - 1 },
      { x: 2 * left - 1, y: 2 * y },
      { x: 2 * right + 1, y: 2 * y },
    );
  });
  const last = rows.at(-1);
  if (last !== undefined)
    points.push({ x: 2 * last.left, y: 2 * last.y + 1 }, { x: 2 * last.right, y: 2 * last.y + 1 });
  return points;
}

/** Even places between the hull's two sides at the height y. */
function cellsInside(corners: readonly HullPoint[], y: number): number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  corners.forEach((a, k) => {
    const b = corners[(k + 1) % corners.length] as HullPoint;
    if (Math.min(a.y, b.y) > y || Math.max(a.y, b.y) < y || a.y === b.y) return;
    // x = numerator / denominator, kept apart so that a centre on the hull is seen as such.
    const denominator = b.y - a.y;
    const numerator = a.x * denominator + (b.x - a.x) * (y - a.y);
    first = Math.min(first, Math.ceil(numerator / (2 * denominator)));
    last = Math.max(last, Math.floor(numerator / (2 * denominator)));
  });
  return last - first + 1;
}
