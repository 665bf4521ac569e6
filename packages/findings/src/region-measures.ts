import type { Components } from './raster/connected-components.ts';
import { type HullPoint as Cell, convexHull } from './raster/convex-hull.ts';

/** Size of one connected region, in cells. */
export interface RegionMeasure {
  readonly cells: number;
  /** Largest distance between the centres of two of its cells. */
  readonly longestDistance: number;
}

interface OpenRegion {
  cells: number;
  readonly outline: Cell[];
}

/** Measures every component; the result's index k − 1 is label k. One pass over the labels, then each region's convex hull. */
export function measureRegions({ width, height, labels, count }: Components): readonly RegionMeasure[] {
  const regions = Array.from({ length: count }, (): OpenRegion => ({ cells: 0, outline: [] }));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const region = regions[(labels[y * width + x] as number) - 1];
      if (region === undefined) continue;
      region.cells++;
      extendRow(region.outline, { x, y });
    }
  }
  return regions.map(({ cells, outline }) => ({ cells, longestDistance: longestDistance(convexHull(outline)) }));
}

/** Keeps the first and the last cell of each row: all that a convex hull needs, in row-major order. */
function extendRow(outline: Cell[], cell: Cell): void {
  const rowHasTwo = outline.at(-1)?.y === cell.y && outline.at(-2)?.y === cell.y;
  if (rowHasTwo) outline.pop();
  outline.push(cell);
}

/** Over all pairs: a lattice polygon of side n has only O(n^⅔) corners, so calipers would save nothing. */
function longestDistance(corners: readonly Cell[]): number {
  let longest = 0;
  for (const a of corners) {
    for (const b of corners) longest = Math.max(longest, (a.x - b.x) ** 2 + (a.y - b.y) ** 2);
  }
  return Math.sqrt(longest);
}
