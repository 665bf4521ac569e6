import type { ByteRaster, RgbImage } from '@gigascope/contracts';
import { fillHoles, majority3x3, removeSpecks } from './clean-up.ts';
import { isBlack, saturationBytes } from './detector.ts';
import { otsu } from './otsu.ts';

/** Smallest distance between the means of glass and tissue, as a share of full saturation; below it Otsu splits noise. */
const MIN_SPREAD = 0.06 * 255;
/**
 * Whatever is more saturated than this is tissue (glass measured 0 to 0.04, lymph node 0.12 to 0.7). Otsu alone would
 * split dense lymphocytes from pale tumour, or a slide without glass into its two stains, and lose the paler half.
 */
const CEILING = 0.12 * 255;
/** No pixel paler than this is tissue, whatever Otsu says. */
const FLOOR = 0.05 * 255;

/** Dust and debris: tissue smaller than 64 × 64 µm, about four heatmap cells. */
const SPECK_UM2 = 4096;
const HOLE_UM2 = 16_384;
/** On slides so small that a speck would be much of them, a speck is at most this share. */
const SPECK_SHARE = 0.02;

/**
 * Saturation above Otsu's threshold (kept between 0.05 and 0.12), smoothed by a 3 × 3 majority, without specks and
 * small holes. The default.
 *
 * Black padding is background and does not count for the threshold. Ink of a pen that is coloured counts as tissue
 * (it costs time, it hides nothing); black ink does not.
 */
export function saturationTissue(image: RgbImage, pixelUm2: number): ByteRaster {
  const { width, height, data } = image;
  const saturation = saturationBytes(image);
  const histogram = new Float64Array(256);
  for (let i = 0; i < saturation.length; i++) {
    if (isBlack(data[i * 3] as number, data[i * 3 + 1] as number, data[i * 3 + 2] as number)) saturation[i] = 0;
    else histogram[saturation[i] as number] = (histogram[saturation[i] as number] as number) + 1;
  }
  const threshold = saturationThreshold(histogram);
  const raw = new Uint8Array(saturation.length);
  for (let i = 0; i < raw.length; i++) raw[i] = (saturation[i] as number) > threshold ? 1 : 0;
  const speckPx = Math.min(SPECK_UM2 / pixelUm2, raw.length * SPECK_SHARE);
  const mask = removeSpecks(majority3x3({ width, height, data: raw }), speckPx);
  return fillHoles(mask, HOLE_UM2 / pixelUm2);
}

function saturationThreshold(histogram: Float64Array): number {
  const split = otsu(histogram);
  // Negated so that an empty class, whose mean is NaN, counts as no split.
  if (!(split.meanHigh - split.meanLow >= MIN_SPREAD)) return CEILING;
  return Math.min(Math.max(split.threshold, FLOOR), CEILING);
}
