import type { JudgedBoxes } from './judge-boxes.ts';

/** What is counted in one image, over all classes. */
export interface HitCounts {
  readonly hits: number;
  readonly reported: number;
  readonly objects: number;
}

/** Counts one image's detections of probability `threshold` or more; `classes` are the image's classes. */
export function countHits(classes: readonly JudgedBoxes[], threshold: number): HitCounts {
  let [hits, reported, objects] = [0, 0, 0];
  for (const judged of classes) {
    objects += judged.objects;
    judged.probabilities.forEach((probability, k) => {
      if (probability < threshold) return;
      reported++;
      hits += judged.hits[k] as number;
    });
  }
  return { hits, reported, objects };
}

/** Adds up images, each as often as `draws` says. */
export function sumCounts(images: readonly HitCounts[], draws: Uint32Array): HitCounts {
  let [hits, reported, objects] = [0, 0, 0];
  images.forEach((image, k) => {
    const times = draws[k] as number;
    hits += times * image.hits;
    reported += times * image.reported;
    objects += times * image.objects;
  });
  return { hits, reported, objects };
}

/** F1, the harmonic mean of precision and recall: 2 · hits / (reported + objects); 0 of nothing at all. */
export function f1({ hits, reported, objects }: HitCounts): number {
  return (2 * hits) / Math.max(1, reported + objects);
}
