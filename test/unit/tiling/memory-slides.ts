import type { RgbImage } from '@gigascope/contracts';
import { createMemoryReader, type SlideReader } from '@gigascope/tiling';

/** Pixels that differ everywhere and follow from the seed alone (a small xorshift). */
export function noiseImage(width: number, height: number, seed = 1): RgbImage {
  const data = new Uint8Array(width * height * 3);
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = state >>> 24;
  }
  return { width, height, data };
}

export function constantImage(width: number, height: number, rgb: readonly [number, number, number]): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = rgb[i % 3] as number;
  return { width, height, data };
}

export function singleLevelReader(image: RgbImage, mpp: { x: number; y: number }): SlideReader {
  return createMemoryReader({ levels: [{ image, downsample: 1 }], mpp: { ...mpp, source: 'vendor' } });
}

/** The slide pixel that index i shows: walk back and forth, one step at a time. */
export function naiveReflect(i: number, n: number): number {
  if (n === 1) return 0;
  let at = i;
  while (at < 0 || at >= n) at = at < 0 ? -at : 2 * (n - 1) - at;
  return at;
}

/** A patch cut, pixel by pixel, out of an image of the whole slide at the target spacing. */
export function naivePatch(whole: RgbImage, x0: number, y0: number, size: number): Uint8Array {
  const patch = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) {
        const source = naiveReflect(y0 + y, whole.height) * whole.width + naiveReflect(x0 + x, whole.width);
        patch[(y * size + x) * 3 + c] = whole.data[source * 3 + c] as number;
      }
    }
  }
  return patch;
}
