import type { RgbImage } from '@gigascope/contracts';

type Rgb = readonly [number, number, number];

/** Makes an RGB image whose pixels are still to be written: in the first bytes of `into` where they are enough. */
export function emptyImage(width: number, height: number, into?: Uint8Array<ArrayBuffer>): RgbImage {
  const bytes = width * height * 3;
  const fits = into !== undefined && into.length >= bytes;
  return { width, height, data: fits ? into.subarray(0, bytes) : new Uint8Array(bytes) };
}

/** Makes an RGB image of one colour: in the first bytes of `into` where they are enough. */
export function filledImage(width: number, height: number, [r, g, b]: Rgb, into?: Uint8Array<ArrayBuffer>): RgbImage {
  const { data } = emptyImage(width, height, into);
  if (r === g && g === b) return { width, height, data: data.fill(r) };
  data.set([r, g, b].slice(0, data.length));
  // Doubling copies: log2(n) native moves instead of n writes.
  for (let done = 3; done < data.length; done *= 2) data.copyWithin(done, 0, Math.min(done, data.length - done));
  return { width, height, data };
}

/** Copies a rectangle of rows from one image into another; both rectangles lie inside their images. */
export function copyRect(
  from: RgbImage,
  source: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  into: RgbImage,
  at: { readonly x: number; readonly y: number },
): void {
  const bytes = source.width * 3;
  for (let row = 0; row < source.height; row++) {
    const start = ((source.y + row) * from.width + source.x) * 3;
    into.data.set(from.data.subarray(start, start + bytes), ((at.y + row) * into.width + at.x) * 3);
  }
}
