import { GigascopeError } from '@gigascope/contracts';

/** What one window found, six numbers a detection: x0, y0, x1, y1, score, class index. The frame is the caller's. */
export type DetectionRows = Float32Array | Float64Array;

export const ROW_LENGTH = 6;

/** One row of DetectionRows, taken apart. */
export interface DetectionRow {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly score: number;
  readonly classIndex: number;
}

/** Gives the row at `index`; the caller has checked that it is there. */
export function rowAt(rows: DetectionRows, index: number): DetectionRow {
  const at = (column: number): number => rows[index * ROW_LENGTH + column] as number;
  return { x0: at(0), y0: at(1), x1: at(2), y1: at(3), score: at(4), classIndex: at(5) };
}

/** Throws MODEL_OUTPUT_INVALID when the array has no whole number of rows. */
export function countRows(rows: DetectionRows): number {
  if (rows.length % ROW_LENGTH !== 0) {
    throw new GigascopeError('MODEL_OUTPUT_INVALID', `${rows.length} numbers are no rows of ${ROW_LENGTH}`);
  }
  return rows.length / ROW_LENGTH;
}

/** Throws MODEL_OUTPUT_INVALID unless the box is finite and its ends in order, the score in 0 … 1 and the class one of `classCount`. */
export function checkRow({ x0, y0, x1, y1, score, classIndex }: DetectionRow, classCount: number): void {
  const valid =
    Number.isFinite(x0 + y0 + x1 + y1) &&
    x0 <= x1 &&
    y0 <= y1 &&
    score >= 0 &&
    score <= 1 &&
    Number.isInteger(classIndex) &&
    classIndex >= 0 &&
    classIndex < classCount;
  if (valid) return;
  throw new GigascopeError(
    'MODEL_OUTPUT_INVALID',
    `box ${[x0, y0, x1, y1].join(' ')}, score ${score}, class ${classIndex} of ${classCount}`,
  );
}
