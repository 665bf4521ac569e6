import type { Rect } from '@gigascope/contracts';
import { countRows, type DetectionRows, ROW_LENGTH, rowAt } from './detection-rows.ts';

/**
 * Keeps a window's detections whose centre lies in its core grown by `marginPx` on every side, in the order given.
 * Rows, core and margin share one frame. The grown core is half-open, so that with margin 0 cores side by side share nothing.
 *
 * Why a margin? Two windows place the centre of one object a little apart. Without a margin, an object at the seam whose centre
 * each of them sees in the other's core would be lost by both; with one it is found twice, and `mergeDetections` keeps the better.
 */
export function keepInCore<R extends DetectionRows>(
  rows: R,
  core: Pick<Rect<'l0'>, 'x' | 'y' | 'width' | 'height'>,
  marginPx: number,
): R {
  const kept: number[] = [];
  const count = countRows(rows);
  for (let k = 0; k < count; k++) {
    const { x0, y0, x1, y1 } = rowAt(rows, k);
    const x = (x0 + x1) / 2 - core.x;
    const y = (y0 + y1) / 2 - core.y;
    const inside = x >= -marginPx && y >= -marginPx && x < core.width + marginPx && y < core.height + marginPx;
    if (inside) kept.push(k);
  }
  const result = rows.slice(0, kept.length * ROW_LENGTH) as R;
  kept.forEach((from, to) => {
    result.set(rows.subarray(from * ROW_LENGTH, (from + 1) * ROW_LENGTH), to * ROW_LENGTH);
  });
  return result;
}
