import type { BoxOverlaps } from './box-overlaps.ts';

/** One class in one image: detections by falling probability, which of them hit an object (1), and how many objects there are. */
export interface JudgedBoxes {
  readonly probabilities: readonly number[];
  readonly hits: Uint8Array;
  readonly objects: number;
}

/**
 * Matches detections, best first, each to the object it overlaps most of those still free, if by `iou` or more: COCO's greedy
 * matching (Lin et al. 2014) without crowds and without a limit of detections. Of equal overlaps the first object is taken.
 */
export function judgeBoxes({ probabilities, candidates, objects }: BoxOverlaps, iou: number): JudgedBoxes {
  const taken = new Uint8Array(objects);
  const hits = Uint8Array.from(candidates, (near) => {
    let [best, bestIou] = [-1, 0];
    for (const candidate of near) {
      if (taken[candidate.object] === 0 && candidate.iou > bestIou) [best, bestIou] = [candidate.object, candidate.iou];
    }
    if (best < 0 || bestIou < iou) return 0;
    taken[best] = 1;
    return 1;
  });
  return { probabilities, hits, objects };
}
