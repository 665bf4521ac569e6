import type { Rect } from '@gigascope/contracts';
import { countRows, type DetectionRow, type DetectionRows, ROW_LENGTH, rowAt } from './detection-rows.ts';

type Square = Pick<Rect<'l0'>, 'x' | 'y' | 'width' | 'height'>;

export interface CoreRule {
  readonly core: Square;
  /** How far outside the core a detection's centre may lie. */
  readonly marginPx: number;
  /** All that the window saw. */
  readonly window?: Square;
}

/** A box ends at the window's border when it comes so near. */
const BORDER_PX = 1;
/** The margin of a box that the window's border cuts: about how far two windows' centres of one object lie apart. */
const CUT_MARGIN_PX = 4;

/**
 * Keeps a window's detections whose centre lies in its core grown by `marginPx` on every side, in the order given.
 * Rows, core, window and margin share one frame. The grown core is half-open, so that with margin 0 cores side by side share nothing.
 *
 * Why a margin? Two windows place the centre of one object a little apart. Without a margin, an object at the seam whose centre
 * each of them sees in the other's core would be lost by both; with one it is found twice, and `mergeDetections` keeps the better.
 * Why less of one for a box that `window` cuts off? The neighbour sees that object whole, and the half of it that is seen here
 * may overlap the whole too little to be taken for the same.
 */
export function keepInCore<R extends DetectionRows>(rows: R, { core, marginPx, window }: CoreRule): R {
  const kept: number[] = [];
  const count = countRows(rows);
  for (let k = 0; k < count; k++) if (isOwn(rowAt(rows, k), core, marginPx, window)) kept.push(k);
  const result = rows.slice(0, kept.length * ROW_LENGTH) as R;
  kept.forEach((from, to) => {
    result.set(rows.subarray(from * ROW_LENGTH, (from + 1) * ROW_LENGTH), to * ROW_LENGTH);
  });
  return result;
}

function isOwn({ x0, y0, x1, y1 }: DetectionRow, core: Square, marginPx: number, window: Square | undefined): boolean {
  const isCut = (low: number, high: number, start: number, length: number): boolean =>
    low <= start + BORDER_PX || high >= start + length - BORDER_PX;
  const marginOf = (cut: boolean): number => (cut ? Math.min(marginPx, CUT_MARGIN_PX) : marginPx);
  const marginX = marginOf(window !== undefined && isCut(x0, x1, window.x, window.width));
  const marginY = marginOf(window !== undefined && isCut(y0, y1, window.y, window.height));
  const x = (x0 + x1) / 2 - core.x;
  const y = (y0 + y1) / 2 - core.y;
  return x >= -marginX && y >= -marginY && x < core.width + marginX && y < core.height + marginY;
}
