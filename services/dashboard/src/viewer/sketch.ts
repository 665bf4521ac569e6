import { formatCount, formatLengthUm } from '../format.ts';
import { writeLabel } from './draw-chosen.ts';
import { lengthUm } from './geometry.ts';
import { type PlaceL0, type ScreenPoint, screenAt, type ViewFrame } from './view-frame.ts';

/** What a click on the slide is for; null: choosing and moving about. */
export type Tool = 'measure' | 'point' | 'polygon' | 'move' | null;

/** What a reader drew or moved. */
export type Drawing =
  | { readonly kind: 'ring'; readonly places: readonly PlaceL0[]; readonly chosen: boolean }
  | { readonly kind: 'moved'; readonly from: PlaceL0; readonly to: PlaceL0 };

/** The heatmap's cell about a place, as a frame. `cellL0`: its sides in level-0 pixels. */
export function cellFrame(cellL0: { readonly x: number; readonly y: number }, { xL0, yL0 }: PlaceL0): Drawing {
  const [x0, y0] = [Math.floor(xL0 / cellL0.x) * cellL0.x, Math.floor(yL0 / cellL0.y) * cellL0.y];
  const corners = [
    [x0, y0],
    [x0 + cellL0.x, y0],
    [x0 + cellL0.x, y0 + cellL0.y],
    [x0, y0 + cellL0.y],
  ] as const;
  return { kind: 'ring', places: corners.map(([x, y]) => ({ xL0: x, yL0: y })), chosen: true };
}

const [INK, RIM, CHOSEN] = ['#16202b', '#ffffff', '#5cd0ff'];

/** Draws rings and the ways of what was moved. */
export function drawDrawings(context: CanvasRenderingContext2D, frame: ViewFrame, drawings: readonly Drawing[]): void {
  for (const drawing of drawings) {
    if (drawing.kind === 'ring') {
      line(context, onScreen(frame, drawing.places), true, drawing.chosen ? CHOSEN : RIM);
      continue;
    }
    context.setLineDash([5, 4]);
    line(context, onScreen(frame, [drawing.from, drawing.to]), false, RIM);
    context.setLineDash([]);
  }
}

/** Draws what is under way: a polygon's corners up to the pointer, or a measured line with its length. */
export function drawSketch(
  context: CanvasRenderingContext2D,
  frame: ViewFrame,
  places: readonly PlaceL0[],
  tool: Tool,
  mpp: { readonly x: number; readonly y: number } | null,
): void {
  if (places.length === 0) return;
  const points = onScreen(frame, places);
  line(context, points, false, CHOSEN);
  for (const { x, y } of points) dot(context, x, y);
  const [from, to] = places;
  const end = points[1];
  if (tool !== 'measure' || from === undefined || to === undefined || end === undefined) return;
  writeLabel(context, measured(from, to, mpp), end.x, end.y + 12);
}

/** A distance in words; in pixels where the pixel size is unknown. */
export function measured(from: PlaceL0, to: PlaceL0, mpp: { readonly x: number; readonly y: number } | null): string {
  const um = lengthUm(from, to, mpp);
  return um === null ? `${formatCount(Math.hypot(to.xL0 - from.xL0, to.yL0 - from.yL0))} px` : formatLengthUm(um);
}

function onScreen(frame: ViewFrame, places: readonly PlaceL0[]): readonly ScreenPoint[] {
  return places.map(({ xL0, yL0 }) => screenAt(frame, xL0, yL0));
}

function line(
  context: CanvasRenderingContext2D,
  points: readonly ScreenPoint[],
  closed: boolean,
  colour: string,
): void {
  const path = new Path2D();
  points.forEach(({ x, y }, k) => {
    if (k === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  if (closed) path.closePath();
  context.lineJoin = 'round';
  for (const [style, width] of [
    [INK, 4.5],
    [colour, 2],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke(path);
  }
}

function dot(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fillStyle = CHOSEN;
  context.fill();
  context.strokeStyle = INK;
  context.lineWidth = 1.5;
  context.stroke();
}
