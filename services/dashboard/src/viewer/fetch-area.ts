import type { SlideSize } from './geometry.ts';
import { type AreaL0, contains } from './view-frame.ts';

/** Sides of a counting square on screen begin here; they end at twice as much. */
const CELL_PX = 72;
/** The API's smallest. */
const MIN_CELL_L0 = 16;

/** What to ask the server for while a view is on screen. */
export interface Asked {
  /** null: the whole slide. */
  readonly area: AreaL0 | null;
  /** Side of counting squares, level-0 pixels; a power of two, so that squares stay where they are while the view moves. */
  readonly cellL0: number;
}

/** Side of a counting square for a view of that scale (screen pixels to a level-0 pixel). */
export function cellSideL0(scale: number): number {
  return Math.max(MIN_CELL_L0, powerOfTwo(CELL_PX / scale));
}

/**
 * An area around a view, so that small moves need nothing new: the view and at least an eighth of its longer side around
 * it, snapped to a lattice and cut at the slide's border. What was asked before stays while it serves.
 */
export function askFor(view: AreaL0, scale: number, { widthL0, heightL0 }: SlideSize, before: Asked | null): Asked {
  const cellL0 = cellSideL0(scale);
  if (before !== null && before.cellL0 === cellL0 && (before.area === null || contains(before.area, view)))
    return before;
  const step = powerOfTwo(Math.max(view.x1 - view.x0, view.y1 - view.y0, 1) / 8);
  const below = (value: number): number => Math.max(0, (Math.floor(value / step) - 1) * step);
  const above = (value: number, limit: number): number => Math.min(limit, (Math.ceil(value / step) + 1) * step);
  const area = {
    x0: below(view.x0),
    y0: below(view.y0),
    x1: above(view.x1, widthL0),
    y1: above(view.y1, heightL0),
  };
  const whole = contains(area, { x0: 0, y0: 0, x1: widthL0, y1: heightL0 });
  return { area: whole ? null : area, cellL0 };
}

/** The smallest that is not below. */
function powerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}
