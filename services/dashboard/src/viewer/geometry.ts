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

/** What the buttons offer. */
export const MAGNIFICATIONS = [1, 2.5, 5, 10, 20, 40] as const;

/** OpenSeadragon's zoom (viewer widths to a slide width) at which the slide is magnified so in a viewer of that width. */
export function zoomFor(power: number, mppX: number, { widthL0 }: SlideSize, viewerPx: number): number {
  const umPerScreenPx = 10 / power;
  return (widthL0 * mppX) / umPerScreenPx / viewerPx;
}

/** A distance on the slide in µm; null when nobody knows the pixel size. */
export function lengthUm(
  from: { readonly xL0: number; readonly yL0: number },
  to: { readonly xL0: number; readonly yL0: number },
  mpp: { readonly x: number; readonly y: number } | null,
): number | null {
  return mpp && Math.hypot((to.xL0 - from.xL0) * mpp.x, (to.yL0 - from.yL0) * mpp.y);
}
