import { loadLibyuv, type NativeCopyPlane } from './libyuv.ts';

/** Rows of bytes in an array: the first begins at `offsetBytes`, the next ones `pitchBytes` later each. */
export interface Plane {
  readonly data: Uint8Array;
  readonly offsetBytes: number;
  readonly pitchBytes: number;
}

/** From here on one native call costs less than a view for each row (measured). */
const NATIVE_ROWS = 4;

/** libyuv counts in `int`, and multiplies where rows lie without gaps. */
const INT_MAX = 2 ** 31 - 1;

/** Of this thread, for as long as it lives; undefined until the first large rectangle. */
let loaded: NativeCopyPlane | null | undefined;

/**
 * Copies `rows` rows of `rowBytes` bytes each. Throws RangeError, before a byte is copied, where rows of either plane
 * overlap each other or any reaches past its array.
 *
 * Why? JavaScript copies a row by a view of its own, and a patch has hundreds. Without libyuv it is done so.
 */
export function copyPlane(from: Plane, into: Plane, rowBytes: number, rows: number): void {
  check(from, rowBytes, rows);
  check(into, rowBytes, rows);
  if (rowBytes === 0 || rows === 0) return;
  const span = Math.max(from.pitchBytes, into.pitchBytes) * rows;
  // libyuv does not say what it does where the two planes overlap, which only those of one buffer can.
  const native = rows >= NATIVE_ROWS && span <= INT_MAX && from.data.buffer !== into.data.buffer ? libyuv() : null;
  if (native === null) copyByRows(from, into, rowBytes, rows);
  else native(begin(from), from.pitchBytes, begin(into), into.pitchBytes, rowBytes, rows);
}

function libyuv(): NativeCopyPlane | null {
  if (loaded === undefined) loaded = loadLibyuv();
  return loaded;
}

/** The same in JavaScript alone. */
export function copyByRows(from: Plane, into: Plane, rowBytes: number, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const start = from.offsetBytes + row * from.pitchBytes;
    into.data.set(from.data.subarray(start, start + rowBytes), into.offsetBytes + row * into.pitchBytes);
  }
}

function begin({ data, offsetBytes }: Plane): Uint8Array {
  return offsetBytes === 0 ? data : data.subarray(offsetBytes);
}

/** The native code reads and writes wherever it is told to. */
function check({ data, offsetBytes, pitchBytes }: Plane, rowBytes: number, rows: number): void {
  const fits =
    isCount(rowBytes) &&
    isCount(rows) &&
    isCount(offsetBytes) &&
    isCount(pitchBytes) &&
    pitchBytes >= rowBytes &&
    offsetBytes + pitchBytes * Math.max(0, rows - 1) + rowBytes <= data.length;
  if (fits) return;
  const message = `${rows} rows of ${rowBytes} bytes at ${offsetBytes}, pitch ${pitchBytes}, in ${data.length} bytes`;
  throw new RangeError(message);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
