import type { ProbabilityMap } from './heatmap.ts';

/** The kernel ends at this many standard deviations, as in scipy.ndimage and skimage.filters. */
const TRUNCATE = 4;

/**
 * Smooths a map with a Gaussian of `sigmaCells`, the edge cell repeated beyond the border ("nearest"), NaN taken as 0.
 *
 * Columns first, then rows, each pass rounded to the map's number type and summed from the outside in, as
 * scipy.ndimage.gaussian_filter does it on the public tool's [x][y] maps.
 */
export function smoothGaussian(map: ProbabilityMap, sigmaCells: number): ProbabilityMap {
  const { columns, rows } = map;
  const weights = gaussianWeights(sigmaCells);
  const alongX = map.values.map((value) => (Number.isNaN(value) ? 0 : value));
  const alongY = alongX.slice();
  for (let row = 0; row < rows; row++) smoothLine(alongX, alongY, row * columns, 1, columns, weights);
  for (let col = 0; col < columns; col++) smoothLine(alongY, alongX, col, columns, rows, weights);
  return { columns, rows, values: alongX };
}

/** Weights of the centre and of each distance 1, 2, … from it; the whole kernel sums to 1. */
function gaussianWeights(sigma: number): readonly number[] {
  const radius = Math.trunc(TRUNCATE * sigma + 0.5);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, k) => {
    const x = k - radius;
    return Math.exp((-0.5 / (sigma * sigma)) * (x * x));
  });
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.slice(radius).map((weight) => weight / sum);
}

function smoothLine(
  from: Float32Array | Float64Array,
  to: Float32Array | Float64Array,
  start: number,
  step: number,
  length: number,
  weights: readonly number[],
): void {
  const radius = weights.length - 1;
  for (let k = 0; k < length; k++) {
    let sum = (from[start + k * step] as number) * (weights[0] as number);
    for (let d = radius; d > 0; d--) {
      const before = from[start + Math.max(0, k - d) * step] as number;
      const after = from[start + Math.min(length - 1, k + d) * step] as number;
      sum += (before + after) * (weights[d] as number);
    }
    to[start + k * step] = sum;
  }
}
