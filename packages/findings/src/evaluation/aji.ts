import type { LabelOverlap } from './label-overlap.ts';

/** Numerator and denominator of the aggregated Jaccard index, in pixels; those of several images may be added. */
export interface AjiCounts {
  readonly joint: number;
  readonly union: number;
}

/**
 * Counts for the aggregated Jaccard index (Kumar et al. 2017, IEEE TMI 36): each true object is paired with the predicted one of
 * greatest Jaccard index, the first of equals; intersections and unions are summed, and predicted objects that no true one chose join
 * the denominator. A predicted object may be chosen more than once.
 */
export function countAji({ truthAreas, predictedAreas, shared }: LabelOverlap): AjiCounts {
  const isChosen = new Uint8Array(predictedAreas.length);
  let [joint, union] = [0, 0];
  truthAreas.forEach((area, object) => {
    let [best, bestJoint, bestUnion] = [-1, 0, area];
    for (const { predicted, pixels } of shared[object] ?? []) {
      const either = area + (predictedAreas[predicted] as number) - pixels;
      // Cross products instead of quotients: equal ratios compare equal.
      if (best < 0 || pixels * bestUnion > bestJoint * either)
        [best, bestJoint, bestUnion] = [predicted, pixels, either];
    }
    joint += bestJoint;
    union += bestUnion;
    if (best >= 0) isChosen[best] = 1;
  });
  predictedAreas.forEach((area, predicted) => {
    if (isChosen[predicted] === 0) union += area;
  });
  return { joint, union };
}

/** The aggregated Jaccard index; 1 when there is neither a true nor a predicted object. */
export function aji({ joint, union }: AjiCounts): number {
  return union === 0 ? 1 : joint / union;
}
