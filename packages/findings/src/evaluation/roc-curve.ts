import { GigascopeError } from '@gigascope/contracts';
import type { ScoredCase } from './auc.ts';

export interface RocPoint {
  /** The share of negative cases at or above the point's score. */
  readonly falsePositiveRate: number;
  /** The share of positive cases at or above it. */
  readonly sensitivity: number;
}

/**
 * Returns the ROC curve: (0, 0), then a point for each distinct score from the highest down, the last of which is (1, 1).
 * Tied cases make one slanting step, so that the trapezoids under it have the area of `rocAuc`. Throws ARGUMENT_INVALID for
 * a score that is no number, or unless both classes are present.
 */
export function rocCurve(cases: readonly ScoredCase[]): RocPoint[] {
  const positives = cases.filter(({ positive }) => positive).length;
  const negatives = cases.length - positives;
  if (positives === 0 || negatives === 0 || cases.some(({ score }) => Number.isNaN(score)))
    throw new GigascopeError('ARGUMENT_INVALID', 'a ROC curve needs scores of positive and negative cases');
  const ordered = cases.toSorted((a, b) => b.score - a.score || 0);
  const points: RocPoint[] = [{ falsePositiveRate: 0, sensitivity: 0 }];
  let [hits, falseAlarms] = [0, 0];
  ordered.forEach(({ score, positive }, k) => {
    if (positive) hits++;
    else falseAlarms++;
    if (ordered[k + 1]?.score !== score)
      points.push({ falsePositiveRate: falseAlarms / negatives, sensitivity: hits / positives });
  });
  return points;
}
