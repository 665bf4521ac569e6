import type { SlideSize } from './geometry.ts';

/** Level-0 pixels; left upper and right lower corner. */
export interface AreaL0 {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface PlaceL0 {
  readonly xL0: number;
  readonly yL0: number;
}

/** A CSS pixel of the viewer. */
export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * Where the slide lies on screen: a level-0 coordinate times `scale`, plus `left` or `top`, turned about the middle of the
 * viewer, is a CSS pixel of the viewer.
 */
export interface ViewFrame {
  /** Screen pixels to a level-0 pixel. */
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Clockwise. */
  readonly degrees: number;
}

/** The frame of OpenSeadragon's unrotated bounds (the slide's width is 1) in a viewer of that many CSS pixels. */
export function frameOf(
  bounds: { readonly x: number; readonly y: number; readonly width: number },
  container: ScreenPoint,
  { widthL0 }: SlideSize,
  degrees = 0,
): ViewFrame {
  const pxPerUnit = container.x / bounds.width;
  return {
    scale: pxPerUnit / widthL0,
    left: -bounds.x * pxPerUnit,
    top: -bounds.y * pxPerUnit,
    widthPx: container.x,
    heightPx: container.y,
    degrees,
  };
}

function turn({ widthPx, heightPx }: ViewFrame, { x, y }: ScreenPoint, degrees: number): ScreenPoint {
  if (degrees === 0) return { x, y };
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [x - widthPx / 2, y - heightPx / 2];
  return { x: widthPx / 2 + dx * cos - dy * sin, y: heightPx / 2 + dx * sin + dy * cos };
}

/** The CSS pixel of the viewer on which a level-0 point lies. */
export function screenAt(frame: ViewFrame, xL0: number, yL0: number): ScreenPoint {
  return turn(frame, { x: xL0 * frame.scale + frame.left, y: yL0 * frame.scale + frame.top }, frame.degrees);
}

/** The level-0 point under a CSS pixel of the viewer. */
export function pointAt(frame: ViewFrame, xPx: number, yPx: number): PlaceL0 {
  const { x, y } = turn(frame, { x: xPx, y: yPx }, -frame.degrees);
  return { xL0: (x - frame.left) / frame.scale, yL0: (y - frame.top) / frame.scale };
}

/** The upright rectangle around the view, on the slide and beside it. */
export function areaAround(frame: ViewFrame): AreaL0 {
  const [width, height] = [frame.widthPx, frame.heightPx];
  const corners = [
    pointAt(frame, 0, 0),
    pointAt(frame, width, 0),
    pointAt(frame, 0, height),
    pointAt(frame, width, height),
  ];
  const [xs, ys] = [corners.map(({ xL0 }) => xL0), corners.map(({ yL0 }) => yL0)];
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

/** What of the slide may be on screen, as an upright rectangle; of no extent where none of it is. */
export function visibleArea(frame: ViewFrame, { widthL0, heightL0 }: SlideSize): AreaL0 {
  const { x0, y0, x1, y1 } = areaAround(frame);
  const within = (value: number, limit: number): number => Math.min(limit, Math.max(0, value));
  return { x0: within(x0, widthL0), y0: within(y0, heightL0), x1: within(x1, widthL0), y1: within(y1, heightL0) };
}

export function touches(a: AreaL0, b: AreaL0): boolean {
  return a.x0 <= b.x1 && a.x1 >= b.x0 && a.y0 <= b.y1 && a.y1 >= b.y0;
}
