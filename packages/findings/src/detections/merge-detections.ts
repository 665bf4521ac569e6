import type { Detection, Size } from '@gigascope/contracts';
import { checkRow, countRows, type DetectionRow, type DetectionRows, rowAt } from './detection-rows.ts';
import { suppressBoxes } from './suppress-boxes.ts';

export interface MergeSettings {
  /** The manifest's classes, by class index. */
  readonly classes: readonly string[];
  readonly slideL0: Size<'l0'>;
  /** Boxes scored below it are left out. */
  readonly threshold: number;
  /** A box that overlaps a better one by more than this is the same object. */
  readonly nmsIou: number;
  /** An object is of one class only: suppression goes across classes. */
  readonly exclusive: boolean;
}

/**
 * Joins what all windows found (level-0 pixels, each window already through `keepInCore`) to the slide's detections, by non-maximum
 * suppression over the whole slide. Ranked by descending score, then y0, x0, y1, x1 and class, so that the order of the windows is
 * of no account. Boxes are clipped to the slide; a box without area, or centred off the slide (an object seen in the mirror beyond
 * its border), is left out. Memory is linear in the boxes. Throws MODEL_OUTPUT_INVALID for values that are no detection.
 *
 * Two windows' boxes of one object are joined only when they overlap by more than `nmsIou`: at 0.5 they may lie up to 18 % of
 * the object's side apart on both axes.
 */
export function mergeDetections(windows: Iterable<DetectionRows>, settings: MergeSettings): Detection[] {
  const boxes: DetectionRow[] = [];
  for (const rows of windows) {
    const count = countRows(rows);
    for (let k = 0; k < count; k++) {
      const row = rowAt(rows, k);
      checkRow(row, settings.classes.length);
      const box = row.score >= settings.threshold ? clipToSlide(row, settings.slideL0) : null;
      if (box !== null) boxes.push(box);
    }
  }
  return suppressBoxes(boxes.sort(byPreference), settings).map(({ x0, y0, x1, y1, score, classIndex }, k) => ({
    rank: k + 1,
    class: settings.classes[classIndex] as string,
    probability: score,
    x0L0: x0,
    y0L0: y0,
    x1L0: x1,
    y1L0: y1,
  }));
}

function clipToSlide(row: DetectionRow, { width, height }: Size<'l0'>): DetectionRow | null {
  const x = (row.x0 + row.x1) / 2;
  const y = (row.y0 + row.y1) / 2;
  if (x < 0 || y < 0 || x >= width || y >= height || row.x0 === row.x1 || row.y0 === row.y1) return null;
  return {
    ...row,
    x0: Math.max(0, row.x0),
    y0: Math.max(0, row.y0),
    x1: Math.min(width, row.x1),
    y1: Math.min(height, row.y1),
  };
}

function byPreference(a: DetectionRow, b: DetectionRow): number {
  return b.score - a.score || a.y0 - b.y0 || a.x0 - b.x0 || a.y1 - b.y1 || a.x1 - b.x1 || a.classIndex - b.classIndex;
}
