/** A class mask of whole rows. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly classes: Uint8Array<ArrayBuffer>;
}

/** Numbers from 1 on of the 4-connected pieces of one class, by a flood fill; 0 is background. */
export function pieces({ width, height, classes }: Mask): { readonly labels: Int32Array; readonly count: number } {
  const labels = new Int32Array(classes.length);
  let count = 0;
  for (let start = 0; start < classes.length; start++) {
    if (classes[start] === 0 || labels[start] !== 0) continue;
    count += 1;
    labels[start] = count;
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (const next of sides(at, width, height)) {
        if (classes[next] !== classes[start] || labels[next] !== 0) continue;
        labels[next] = count;
        open.push(next);
      }
  }
  return { labels, count };
}

export function sides(at: number, width: number, height: number): number[] {
  const x = at % width;
  return [
    ...(x > 0 ? [at - 1] : []),
    ...(x + 1 < width ? [at + 1] : []),
    ...(at >= width ? [at - width] : []),
    ...(at + width < width * height ? [at + width] : []),
  ];
}

/** The numbers of the objects nearest to each pixel, by the Euclidean distance to every pixel of the image; none beyond `withinPx`. */
export function nearestObjects({ width, height }: Mask, labels: Int32Array, withinPx: number): ReadonlySet<number>[] {
  const owned = [...labels.keys()].filter((at) => labels[at] !== 0);
  return Array.from({ length: width * height }, (_, at) => {
    let best = withinPx ** 2;
    let nearest = new Set<number>();
    for (const other of owned) {
      const squared = ((other % width) - (at % width)) ** 2 + (Math.floor(other / width) - Math.floor(at / width)) ** 2;
      if (squared > best) continue;
      if (squared < best) nearest = new Set();
      best = squared;
      nearest.add(labels[other] as number);
    }
    return nearest;
  });
}
