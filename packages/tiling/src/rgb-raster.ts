import type { RgbImage } from '@gigascope/contracts';
import { copyPlane, type Plane } from '@gigascope/plane-copy';

type Rgb = readonly [number, number, number];

/** A rectangle of an image's own pixels. */
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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

/** Makes a rectangle inside an image black. */
export function blacken({ data, width }: RgbImage, rect: Area): void {
  for (let row = rect.y; row < rect.y + rect.height; row++) {
    const start = (row * width + rect.x) * 3;
    data.fill(0, start, start + rect.width * 3);
  }
}

/** Copies a rectangle of one image into another; RangeError where rows of it lie outside either. */
export function copyRect(
  from: RgbImage,
  source: Area,
  into: RgbImage,
  at: { readonly x: number; readonly y: number },
): void {
  copyPlane(planeAt(from, source.x, source.y), planeAt(into, at.x, at.y), source.width * 3, source.height);
}

/** The rows of an image from pixel (x, y) on. */
export function planeAt({ data, width }: RgbImage, x: number, y: number): Plane {
  return { data, offsetBytes: (y * width + x) * 3, pitchBytes: width * 3 };
}
