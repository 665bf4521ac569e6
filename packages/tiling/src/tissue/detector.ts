import type { ByteRaster, RgbImage } from '@gigascope/contracts';

/** Tells tissue (1) from background (0) on an image of the whole slide at about 8 µm/px, whose pixels have this area. */
export type TissueDetector = (image: RgbImage, pixelUm2: number) => ByteRaster;

/**
 * A pixel whose brightest channel is below this is padding that a scanner left black, not tissue: haematoxylin at its
 * densest stays far brighter in red and blue, and saturation means nothing so near to black.
 */
const BLACK_BELOW = 20;

export function isBlack(r: number, g: number, b: number): boolean {
  return r < BLACK_BELOW && g < BLACK_BELOW && b < BLACK_BELOW;
}

/** HSV saturation of every pixel as a byte, round(255 · (max − min) / max). */
export function saturationBytes(image: RgbImage): Uint8Array {
  const { data } = image;
  const bytes = new Uint8Array(image.width * image.height);
  for (let i = 0, at = 0; i < bytes.length; i++, at += 3) {
    const r = data[at] as number;
    const g = data[at + 1] as number;
    const b = data[at + 2] as number;
    const max = Math.max(r, g, b);
    bytes[i] = max === 0 ? 0 : Math.round((255 * (max - Math.min(r, g, b))) / max);
  }
  return bytes;
}
