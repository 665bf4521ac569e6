import type { GridSummary } from '@gigascope/contracts';

/** OpenSeadragon's viewport frame: the slide's width is 1, and so is its unit in y. */
export interface ViewportPoint {
  readonly x: number;
  readonly y: number;
}

export interface SlideSize {
  readonly widthL0: number;
  readonly heightL0: number;
}

/** Where a level-0 point lies in the viewport frame. */
export function viewportPoint(xL0: number, yL0: number, { widthL0 }: SlideSize): ViewportPoint {
  return { x: xL0 / widthL0, y: yL0 / widthL0 };
}

/**
 * Width and height of the heatmap in viewport units. The grid covers the whole slide, so its last column and row
 * overhang the slide's border: the map is larger than the slide, by up to one cell.
 */
export function heatmapExtent(
  grid: Pick<GridSummary, 'columns' | 'rows' | 'cellL0'>,
  { widthL0 }: SlideSize,
): { readonly width: number; readonly height: number } {
  return { width: (grid.columns * grid.cellL0.x) / widthL0, height: (grid.rows * grid.cellL0.y) / widthL0 };
}

/** The heatmap cell that covers a level-0 point, column before row. */
export function cellAt(xL0: number, yL0: number, { cellL0 }: Pick<GridSummary, 'cellL0'>): readonly [number, number] {
  return [Math.floor(xL0 / cellL0.x), Math.floor(yL0 / cellL0.y)];
}

/**
 * Magnification at which the screen shows the slide, as microscopes count it: 40× is 0.25 µm per screen pixel, the
 * spacing that scanners call 40×.
 */
export function magnification(umPerScreenPx: number): number {
  return 10 / umPerScreenPx;
}
