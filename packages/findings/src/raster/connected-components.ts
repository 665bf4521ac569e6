/** Row-major labels, 0 for background, then 1 … count in the order in which a row-major scan meets the components. */
export interface Components {
  readonly width: number;
  readonly height: number;
  readonly labels: Int32Array<ArrayBuffer>;
  readonly count: number;
}

/** Labels the 8-connected components of a raster's non-zero pixels. Linear in the pixels, no recursion. */
export function labelComponents(mask: {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}): Components {
  const { width, height, data } = mask;
  const labels = new Int32Array(width * height);
  const stack: number[] = [];
  let count = 0;
  for (let seed = 0; seed < labels.length; seed++) {
    if (data[seed] === 0 || labels[seed] !== 0) continue;
    count++;
    labels[seed] = count;
    stack.push(seed);
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      const lastX = Math.min(width - 1, x + 1);
      const lastY = Math.min(height - 1, y + 1);
      for (let ny = Math.max(0, y - 1); ny <= lastY; ny++) {
        for (let nx = Math.max(0, x - 1); nx <= lastX; nx++) {
          const neighbour = ny * width + nx;
          if (data[neighbour] === 0 || labels[neighbour] !== 0) continue;
          labels[neighbour] = count;
          stack.push(neighbour);
        }
      }
    }
  }
  return { width, height, labels, count };
}
