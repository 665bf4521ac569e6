import type { JudgedBoxes } from './judge-boxes.ts';

/** All images' detections of one class by falling probability; equal ones stay in the order of the images, as in COCO's script. */
export interface RankedBoxes {
  readonly hits: Uint8Array;
  /** Per detection the image it is of. */
  readonly imageOf: Uint32Array;
  /** Per image the objects of the class. */
  readonly objects: readonly number[];
}

/** Recalls at which COCO reads the precision; 0.01 · k as numpy.linspace gives them, so that 57 of 100 objects miss the point 0.57. */
const RECALLS = Array.from({ length: 101 }, (_, k) => k * 0.01);

/** Puts the judged images of one class into one ranking. */
export function rankBoxes(images: readonly JudgedBoxes[]): RankedBoxes {
  const ranked = images
    .flatMap(({ probabilities, hits }, image) => probabilities.map((p, k) => ({ p, image, hit: hits[k] as number })))
    .sort((a, b) => b.p - a.p);
  return {
    hits: Uint8Array.from(ranked, ({ hit }) => hit),
    imageOf: Uint32Array.from(ranked, ({ image }) => image),
    objects: images.map(({ objects }) => objects),
  };
}

/**
 * COCO's average precision of one class: the mean, over the recalls 0, 0.01 … 1, of the best precision at that recall or beyond
 * (Lin et al. 2014; pycocotools). `draws` says how often each image counts. NaN when there is no object to find.
 */
export function averagePrecision({ hits, imageOf, objects }: RankedBoxes, draws: Uint32Array): number {
  const total = objects.reduce((sum, count, image) => sum + count * (draws[image] as number), 0);
  if (total === 0) return Number.NaN;
  let [seen, found] = [0, 0];
  for (let k = 0; k < hits.length; k++) {
    const copies = draws[imageOf[k] as number] as number;
    seen += copies;
    found += copies * (hits[k] as number);
  }
  let point = RECALLS.length - 1;
  while (point >= 0 && (RECALLS[point] as number) > found / total) point--;
  // From the worst detection upwards, so that the best precision beyond each recall is known when it is reached.
  let [best, sum] = [0, 0];
  for (let k = hits.length - 1; k >= 0; k--) {
    const hit = hits[k] as number;
    for (let copy = draws[imageOf[k] as number] as number; copy > 0; copy--) {
      best = Math.max(best, found / seen);
      found -= hit;
      seen--;
      for (; hit === 1 && point >= 0 && (RECALLS[point] as number) > found / total; point--) sum += best;
    }
  }
  // What is left is recall 0, which the first detection reaches, hit or not.
  return (sum + best * (point + 1)) / RECALLS.length;
}

/** The mean over the classes that have objects, NaN without any; `classes` may be of several overlaps. */
export function meanAveragePrecision(classes: readonly RankedBoxes[], draws: Uint32Array): number {
  const values = classes.map((ranked) => averagePrecision(ranked, draws)).filter((value) => !Number.isNaN(value));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
