import { convexArea, type RowExtent } from './convex-area.ts';

/** Heatmap cells that hang together. */
export interface CellRegion {
  cells: number;
  /** Sums of place, and of its squares and products, about the region's first cell. */
  readonly origin: { readonly x: number; readonly y: number };
  sumX: number;
  sumY: number;
  sumXX: number;
  sumXY: number;
  sumYY: number;
  probabilitySum: number;
  highest: number;
  lowest: number;
  touchesBorder: boolean;
  /** Leftmost and rightmost cell of each row from the region's first row on; no row of a region is empty. */
  readonly rows: RowExtent[];
}

export function newCellRegion(x: number, y: number): CellRegion {
  return {
    cells: 0,
    origin: { x, y },
    sumX: 0,
    sumY: 0,
    sumXX: 0,
    sumXY: 0,
    sumYY: 0,
    probabilitySum: 0,
    highest: Number.NEGATIVE_INFINITY,
    lowest: Number.POSITIVE_INFINITY,
    touchesBorder: false,
    rows: [],
  };
}

/** Adds a cell; cells come in row-major order. */
export function addCell(region: CellRegion, x: number, y: number, probability: number): void {
  const [dx, dy] = [x - region.origin.x, y - region.origin.y];
  region.cells++;
  region.sumX += dx;
  region.sumY += dy;
  region.sumXX += dx * dx;
  region.sumXY += dx * dy;
  region.sumYY += dy * dy;
  region.probabilitySum += probability;
  region.highest = Math.max(region.highest, probability);
  region.lowest = Math.min(region.lowest, probability);
  const last = region.rows.at(-1);
  if (last?.y === y) last.right = x;
  else region.rows.push({ y, left: x, right: x });
}

/** A region's shape as scikit-image's `regionprops` defines it, in cells. */
export interface RegionShape {
  readonly widthCells: number;
  readonly heightCells: number;
  /** Four times the root of the larger eigenvalue of the covariance of its cells' places: 0 for a single cell. */
  readonly majorAxis: number;
  /** Of the ellipse with the same covariance: 0 for a circle, 1 for a line. */
  readonly eccentricity: number;
  /** Cells over those of the bounding box. */
  readonly extent: number;
  /** Cells over those of the convex hull. */
  readonly solidity: number;
}

export function shapeOf({ cells, sumX, sumY, sumXX, sumXY, sumYY, rows }: CellRegion): RegionShape {
  const left = rows.reduce((least, row) => Math.min(least, row.left), Number.POSITIVE_INFINITY);
  const right = rows.reduce((most, row) => Math.max(most, row.right), Number.NEGATIVE_INFINITY);
  const [widthCells, heightCells] = [right - left + 1, rows.length];
  const xx = sumXX / cells - (sumX / cells) ** 2;
  const yy = sumYY / cells - (sumY / cells) ** 2;
  const xy = sumXY / cells - (sumX / cells) * (sumY / cells);
  const spread = Math.hypot((xx - yy) / 2, xy);
  const large = Math.max(0, (xx + yy) / 2 + spread);
  const small = Math.max(0, (xx + yy) / 2 - spread);
  return {
    widthCells,
    heightCells,
    majorAxis: 4 * Math.sqrt(large),
    eccentricity: large === 0 ? 0 : Math.sqrt(1 - small / large),
    extent: cells / (widthCells * heightCells),
    solidity: cells / convexArea(rows),
  };
}
