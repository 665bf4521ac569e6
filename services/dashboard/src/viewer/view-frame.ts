import type { SlideSize } from './geometry.ts';

/** Level-0 pixels; left upper and right lower corner. */
export interface AreaL0 {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Where the slide lies on screen: a level-0 coordinate times `scale`, plus `left` or `top`, is a CSS pixel of the viewer. */
export interface ViewFrame {
  /** Screen pixels to a level-0 pixel. */
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The frame of OpenSeadragon's bounds (the slide's width is 1) in a viewer of that many CSS pixels. */
export function frameOf(
  bounds: { readonly x: number; readonly y: number; readonly width: number },
  container: { readonly x: number; readonly y: number },
  { widthL0 }: SlideSize,
): ViewFrame {
  const pxPerUnit = container.x / bounds.width;
  return {
    scale: pxPerUnit / widthL0,
    left: -bounds.x * pxPerUnit,
    top: -bounds.y * pxPerUnit,
    widthPx: container.x,
    heightPx: container.y,
  };
}

/** What of the slide is on screen; of no extent where none of it is. */
export function visibleArea(frame: ViewFrame, { widthL0, heightL0 }: SlideSize): AreaL0 {
  const { scale, left, top, widthPx, heightPx } = frame;
  const within = (value: number, limit: number): number => Math.min(limit, Math.max(0, value));
  return {
    x0: within(-left / scale, widthL0),
    y0: within(-top / scale, heightL0),
    x1: within((widthPx - left) / scale, widthL0),
    y1: within((heightPx - top) / scale, heightL0),
  };
}

/** The level-0 point under a CSS pixel of the viewer. */
export function pointAt(frame: ViewFrame, xPx: number, yPx: number): { readonly xL0: number; readonly yL0: number } {
  return { xL0: (xPx - frame.left) / frame.scale, yL0: (yPx - frame.top) / frame.scale };
}

export function contains(outer: AreaL0, inner: AreaL0): boolean {
  return outer.x0 <= inner.x0 && outer.y0 <= inner.y0 && outer.x1 >= inner.x1 && outer.y1 >= inner.y1;
}

export function touches(a: AreaL0, b: AreaL0): boolean {
  return a.x0 <= b.x1 && a.x1 >= b.x0 && a.y0 <= b.y1 && a.y1 >= b.y0;
}
