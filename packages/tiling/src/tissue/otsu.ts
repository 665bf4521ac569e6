/** How a histogram falls into two classes. Class 0 holds the values up to and including `threshold`. */
export interface OtsuSplit {
  readonly threshold: number;
  /** Means of the two classes, in bins; NaN where a class is empty. */
  readonly meanLow: number;
  readonly meanHigh: number;
}

/**
 * Splits a histogram where the variance between the two classes is largest (Otsu 1979); the first of equal maxima.
 * A histogram with one filled bin gives that bin as threshold, so that nothing lies above it.
 */
export function otsu(histogram: Readonly<Float64Array>): OtsuSplit {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < histogram.length; i++) {
    total += histogram[i] as number;
    sum += i * (histogram[i] as number);
  }
  let best: OtsuSplit = {
    threshold: Math.max(
      0,
      histogram.findLastIndex((n) => n > 0),
    ),
    meanLow: sum / total,
    meanHigh: Number.NaN,
  };
  let bestVariance = 0;
  let count = 0;
  let partial = 0;
  for (let threshold = 0; threshold < histogram.length - 1; threshold++) {
    count += histogram[threshold] as number;
    partial += threshold * (histogram[threshold] as number);
    if (count === 0 || count === total) continue;
    const meanLow = partial / count;
    const meanHigh = (sum - partial) / (total - count);
    const variance = count * (total - count) * (meanHigh - meanLow) ** 2;
    if (variance > bestVariance) {
      bestVariance = variance;
      best = { threshold, meanLow, meanHigh };
    }
  }
  return best;
}
