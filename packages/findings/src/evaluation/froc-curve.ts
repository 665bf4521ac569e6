import type { SlideHits } from './froc-slide.ts';
import { interpolate } from './interpolate.ts';
import type { FrocMode } from './truth.ts';

/** One threshold's place on the curve; `threshold` null is the point where nothing is detected, (0, 0). */
export interface FrocPoint {
  readonly threshold: number | null;
  readonly falsePositivesPerSlide: number;
  /** NaN where there is no lesion to find. */
  readonly sensitivity: number;
}

/** Mean false positives per slide at which CAMELYON16 reads the curve. */
export const FROC_RATES = [1 / 4, 1 / 2, 1, 2, 4, 8] as const;

/** The slides' hits, each repeated as often as its slide counts. */
interface Pool {
  readonly slides: number;
  readonly lesions: number;
  readonly falsePositives: Float64Array;
  readonly lesionScores: Float64Array;
  readonly thresholds: readonly number[];
}

/**
 * Returns the FROC curve by ascending threshold, with (0, 0) at its end. Counts use ≥; false positives are divided by the
 * slides, hits by the lesions that are no ITC. `weights` says how often each slide counts (a bootstrap's draws).
 *
 * strict: thresholds are the distinct confidences of hits and false positives; a missed lesion counts at none.
 * compat, as the public script: missed lesions and ITCs score 0, lesion scores are float32 and false positives float64, each is
 * compared with a threshold in its own type (so 0.1 is two thresholds if it occurs in both), and the lowest is dropped.
 */
export function frocCurve(slides: readonly SlideHits[], mode: FrocMode, weights?: Uint32Array): readonly FrocPoint[] {
  const pool = mode === 'compat' ? poolCompat(slides, weights) : poolStrict(slides, weights);
  const { falsePositives, lesionScores } = pool;
  const inScoreType = mode === 'compat' ? Math.fround : (threshold: number) => threshold;
  const curve: FrocPoint[] = [];
  let falseBelow = 0;
  let hitsBelow = 0;
  for (const threshold of pool.thresholds) {
    while (falseBelow < falsePositives.length && (falsePositives[falseBelow] as number) < threshold) falseBelow++;
    const limit = inScoreType(threshold);
    while (hitsBelow < lesionScores.length && (lesionScores[hitsBelow] as number) < limit) hitsBelow++;
    curve.push({
      threshold,
      falsePositivesPerSlide: (falsePositives.length - falseBelow) / pool.slides,
      sensitivity: (lesionScores.length - hitsBelow) / pool.lesions,
    });
  }
  curve.push({ threshold: null, falsePositivesPerSlide: 0, sensitivity: 0 / pool.lesions });
  return curve;
}

/** Reads the curve at FROC_RATES as numpy.interp does. */
export function sensitivitiesAtRates(curve: readonly FrocPoint[]): readonly number[] {
  const ascending = curve.toReversed();
  const rates = ascending.map((point) => point.falsePositivesPerSlide);
  const sensitivities = ascending.map((point) => point.sensitivity);
  return FROC_RATES.map((rate) => interpolate(rate, rates, sensitivities));
}

/** CAMELYON16's score: the mean of the six sensitivities. */
export function frocScore(sensitivities: readonly number[]): number {
  return sensitivities.reduce((sum, value) => sum + value, 0) / sensitivities.length;
}

function poolStrict(slides: readonly SlideHits[], weights: Uint32Array | undefined): Pool {
  const falsePositives = gather(slides, weights, (slide) => slide.falsePositives);
  const lesionScores = gather(slides, weights, (slide) => slide.lesionScores.filter((score) => score !== null));
  const thresholds = distinct(falsePositives, lesionScores);
  return { ...totals(slides, weights), falsePositives, lesionScores, thresholds };
}

function poolCompat(slides: readonly SlideHits[], weights: Uint32Array | undefined): Pool {
  const falsePositives = gather(slides, weights, (slide) => slide.falsePositives);
  const lesionScores = gather(slides, weights, ({ lesionScores, itcs }) => [
    ...lesionScores.map((score) => Math.fround(Math.max(0, score ?? 0))),
    ...new Array<number>(itcs).fill(0),
  ]);
  const thresholds = distinct(falsePositives, lesionScores).slice(1);
  return { ...totals(slides, weights), falsePositives, lesionScores, thresholds };
}

function totals(slides: readonly SlideHits[], weights: Uint32Array | undefined): Pick<Pool, 'slides' | 'lesions'> {
  let count = 0;
  let lesions = 0;
  slides.forEach((slide, k) => {
    const weight = weights?.[k] ?? 1;
    count += weight;
    lesions += weight * slide.lesionScores.length;
  });
  return { slides: count, lesions };
}

function gather(
  slides: readonly SlideHits[],
  weights: Uint32Array | undefined,
  pick: (slide: SlideHits) => readonly number[],
): Float64Array {
  const all: number[] = [];
  slides.forEach((slide, k) => {
    const weight = weights?.[k] ?? 1;
    const values = weight === 0 ? [] : pick(slide);
    for (let copy = 0; copy < weight; copy++) for (const value of values) all.push(value);
  });
  return Float64Array.from(all).sort();
}

function distinct(a: Float64Array, b: Float64Array): readonly number[] {
  const merged = new Float64Array(a.length + b.length);
  merged.set(a);
  merged.set(b, a.length);
  merged.sort();
  return [...merged].filter((value, k) => k === 0 || value !== merged[k - 1]);
}
