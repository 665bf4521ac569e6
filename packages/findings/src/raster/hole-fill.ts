import type { ByteRaster } from '@gigascope/contracts';

/**
 * Fills the holes of a 0/1 mask: background that no 4-connected path joins to the border becomes 1.
 * What scipy.ndimage.binary_fill_holes does with its default structure.
 */
export function fillHoles({ width, height, data }: ByteRaster): ByteRaster {
  const filled = new Uint8Array(width * height).fill(1);
  const stack = new Int32Array(width * height); // each pixel enters at most once
  let depth = 0;
  const reach = (pixel: number): void => {
    if (data[pixel] !== 0 || filled[pixel] === 0) return;
    filled[pixel] = 0;
    stack[depth++] = pixel;
  };
  for (let x = 0; x < width; x++) {
    reach(x);
    reach((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    reach(y * width);
    reach(y * width + width - 1);
  }
  while (depth > 0) {
    const pixel = stack[--depth] as number;
    const x = pixel % width;
    if (x > 0) reach(pixel - 1);
    if (x < width - 1) reach(pixel + 1);
    if (pixel >= width) reach(pixel - width);
    if (pixel < (height - 1) * width) reach(pixel + width);
  }
  return { width, height, data: filled };
}
