import type { ByteRaster } from '@gigascope/contracts';
import { GigascopeError } from '@gigascope/contracts';
import { type FrocMode, type LesionTruth, lesionTruth, type TruthScale } from './truth.ts';

/** A detection as submitted: a confidence and a level-0 position. */
export interface ScoredPoint {
  readonly p: number;
  readonly xL0: number;
  readonly yL0: number;
}

/** One slide to evaluate. `truth` null: a normal slide. `detections` null: the slide has no file of detections. */
export interface FrocSlide {
  readonly name: string;
  readonly truth: ByteRaster | null;
  readonly detections: readonly ScoredPoint[] | null;
}

/** What the curve needs to know of one slide; small, so that masks need not stay in memory. */
export interface SlideHits {
  readonly name: string;
  readonly isSubmitted: boolean;
  /** Per lesion that is no ITC the largest confidence among its hits, null for a missed one. */
  readonly lesionScores: readonly (number | null)[];
  readonly itcs: number;
  readonly falsePositives: readonly number[];
}

/**
 * Sorts one slide's detections into hits and false positives (camelyon.md, "FROC as CAMELYON16 computes it").
 *
 * A detection falls on the mask's pixel [int(y/32)][int(x/32)]. On an ITC it is neither true nor false. Outside the mask
 * it is a false positive in strict mode; in compat a negative index counts from the far side, as Python's does, and
 * one beyond the mask throws ARGUMENT_INVALID, where the public script stops with an error.
 */
export function findHits({ name, truth, detections }: FrocSlide, scale: TruthScale, mode: FrocMode): SlideHits {
  const lesions = truth === null ? null : lesionTruth(truth, scale, mode);
  const best = new Array<number | null>(lesions?.count ?? 0).fill(null);
  const falsePositives: number[] = [];
  for (const { p, xL0, yL0 } of detections ?? []) {
    const label = lesions === null ? 0 : labelAt(lesions, xL0 / scale.downsample, yL0 / scale.downsample, mode, name);
    if (label === 0) falsePositives.push(p);
    else best[label - 1] = Math.max(best[label - 1] ?? Number.NEGATIVE_INFINITY, p);
  }
  const lesionScores = best.filter((_, k) => lesions?.isItc[k] === false);
  const itcs = best.length - lesionScores.length;
  return { name, isSubmitted: detections !== null, lesionScores, itcs, falsePositives };
}

function labelAt(lesions: LesionTruth, x: number, y: number, mode: FrocMode, name: string): number {
  const { width, height, labels } = lesions;
  if (mode === 'strict') {
    const isInside = x >= 0 && y >= 0 && x < width && y < height;
    return isInside ? (labels[Math.floor(y) * width + Math.floor(x)] as number) : 0;
  }
  const [column, row] = [pythonIndex(x, width), pythonIndex(y, height)];
  if (column === null || row === null) {
    throw new GigascopeError(
      'ARGUMENT_INVALID',
      `${name}: a detection lies outside the mask of ${width} × ${height} px`,
    );
  }
  return labels[row * width + column] as number;
}

function pythonIndex(coordinate: number, length: number): number | null {
  const index = Math.trunc(coordinate);
  if (index >= length || index < -length) return null;
  return index < 0 ? index + length : index;
}
