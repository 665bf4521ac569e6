import type { ByteRaster, RgbImage } from '@gigascope/contracts';
import { removeSpecks } from '../tissue/clean-up.ts';

const FOLD_UM2 = 60 * 60;
/** By how much saturation less intensity lies above that of the slide's tissue. */
const ABOVE_MEDIAN = 0.3;
/** Two layers are at least so saturated and so dark; a single layer of dense nuclei seldom is both. */
const MIN_SATURATION = 0.4;
const MAX_INTENSITY = 0.55;
const BINS = 512;

/**
 * Folded tissue: where it lies double it is darker and more saturated than the rest, so saturation less intensity stands out
 * (Bautista and Yagi 2010, J Pathol Inform 1:25).
 */
export function findFolds({ width, height, data }: RgbImage, tissue: ByteRaster, pixelUm2: number): ByteRaster {
  const difference = new Float32Array(width * height);
  const histogram = new Float64Array(BINS);
  const candidate = new Uint8Array(width * height);
  let count = 0;
  for (let i = 0; i < difference.length; i++) {
    if (tissue.data[i] !== 1) continue;
    const r = data[i * 3] as number;
    const g = data[i * 3 + 1] as number;
    const b = data[i * 3 + 2] as number;
    const max = Math.max(r, g, b);
    const saturation = max === 0 ? 0 : (max - Math.min(r, g, b)) / max;
    const intensity = (r + g + b) / 765;
    difference[i] = saturation - intensity;
    candidate[i] = saturation >= MIN_SATURATION && intensity <= MAX_INTENSITY ? 1 : 0;
    const bin = Math.min(BINS - 1, Math.floor(((saturation - intensity + 1) / 2) * BINS));
    histogram[bin] = (histogram[bin] as number) + 1;
    count += 1;
  }
  const least = median(histogram, count) + ABOVE_MEDIAN;
  for (let i = 0; i < candidate.length; i++) if ((difference[i] as number) < least) candidate[i] = 0;
  return removeSpecks({ width, height, data: candidate }, FOLD_UM2 / pixelUm2);
}

/** Of values from −1 to 1. */
function median(histogram: Float64Array, count: number): number {
  let seen = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    seen += histogram[bin] as number;
    if (seen * 2 >= count) return ((bin + 0.5) / histogram.length) * 2 - 1;
  }
  return 1;
}
