import type { ByteRaster, RgbImage } from '@gigascope/contracts';
import { removeSpecks } from '../tissue/clean-up.ts';

/** A stroke is wider than 100 µm; what is smaller is pigment or a grain of dirt. */
const STROKE_UM2 = 100 * 100;
/** Of blue ink over its red; haematoxylin has more red than green, whatever its density. */
const BLUE_OVER_RED = 50;
const GREEN_OVER_RED = 12;
const GREEN_OVER_BOTH = 12;
/** HSV saturation; counterstains of immunohistochemistry stay below it. */
const INK_SATURATION = 0.4;
/** Black ink; tissue so dark still has a colour. */
const BLACK_BELOW = 90;
const BLACK_SPREAD = 24;

/** Marker pen of blue, green or black ink, by colours that no common stain has; red ink looks like eosin and is not told. */
export function findPen({ width, height, data }: RgbImage, pixelUm2: number): ByteRaster {
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++)
    mask[i] = isInk(data[i * 3] as number, data[i * 3 + 1] as number, data[i * 3 + 2] as number) ? 1 : 0;
  return removeSpecks({ width, height, data: mask }, STROKE_UM2 / pixelUm2);
}

function isInk(r: number, g: number, b: number): boolean {
  const max = Math.max(r, g, b);
  const min = Math.min(r, g, b);
  // Padding of a scanner is exactly black.
  if (max < BLACK_BELOW && max - min < BLACK_SPREAD) return max > 0;
  if (max - min < INK_SATURATION * max) return false;
  const isBlue = b - r > BLUE_OVER_RED && g - r > GREEN_OVER_RED;
  return isBlue || (g - r > GREEN_OVER_BOTH && g - b > GREEN_OVER_BOTH);
}
