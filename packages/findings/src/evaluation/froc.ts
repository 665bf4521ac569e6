import { GigascopeError } from '@gigascope/contracts';
import { BOOTSTRAP_DEFAULTS, type BootstrapInterval, type BootstrapSettings, bootstrapIntervals } from './bootstrap.ts';
import { type BandPoint, bandOf } from './curve-band.ts';
import { BAND_RATES, sensitivitiesWithin } from './froc-band.ts';
import { type FrocPoint, frocCurve, frocScore, sensitivitiesAtRates } from './froc-curve.ts';
import { type FrocSlide, findHits, type SlideHits } from './froc-slide.ts';
import { CAMELYON16_SCALE, type FrocMode, type TruthScale } from './truth.ts';

/** What `gigascope evaluate froc` prints, and the curve. null stands for NaN: there is no lesion to find. */
export interface FrocResult {
  readonly mode: FrocMode;
  /** Mean of the six sensitivities. */
  readonly score: number | null;
  /** At 1/4, 1/2, 1, 2, 4, 8 mean false positives per slide. */
  readonly sensitivities: readonly (number | null)[];
  /** Of the score, over slides. */
  readonly interval: BootstrapInterval | null;
  /** Lesions that are no ITC. */
  readonly lesions: number;
  /** Slides that false positives are divided by. */
  readonly slides: number;
  readonly curve: readonly FrocPoint[];
  /** Of the sensitivity at each number of false positives per slide, pointwise, on the draws of `interval`. */
  readonly band: readonly BandPoint[];
}

export interface FrocSettings extends Partial<TruthScale>, Partial<BootstrapSettings> {
  readonly mode?: FrocMode;
}

/**
 * Evaluates detections against masks as CAMELYON16 does (Ehteshami Bejnordi et al., JAMA 2017), with the percentile
 * interval of the score over slides drawn with replacement.
 *
 * strict (default) counts every slide given; compat leaves out those without a file of detections, as the public script does.
 * `slides` may be a generator: one mask is held at a time. Throws ARGUMENT_INVALID when no slide is left or a name occurs twice.
 */
export function evaluateFroc(slides: Iterable<FrocSlide>, settings: FrocSettings = {}): FrocResult {
  const { mode = 'strict', ...scale } = { ...CAMELYON16_SCALE, ...settings };
  const hits: SlideHits[] = [];
  for (const slide of slides) {
    if (mode === 'compat' && slide.detections === null) continue;
    hits.push(findHits(slide, scale, mode));
  }
  return frocOfHits(hits, settings);
}

/** The second half of `evaluateFroc`, for callers that read their masks asynchronously and keep only `findHits` of each. */
export function frocOfHits(allHits: readonly SlideHits[], settings: FrocSettings = {}): FrocResult {
  const { mode = 'strict', resamples, seed } = { ...BOOTSTRAP_DEFAULTS, ...settings };
  const hits = mode === 'compat' ? allHits.filter((slide) => slide.isSubmitted) : allHits;
  if (hits.length === 0) throw new GigascopeError('ARGUMENT_INVALID', 'no slide to evaluate');
  if (new Set(hits.map((slide) => slide.name)).size < hits.length) {
    throw new GigascopeError('ARGUMENT_INVALID', 'two slides have the same name');
  }
  const curve = frocCurve(hits, mode);
  const sensitivities = sensitivitiesAtRates(curve);
  const [interval = null, ...band] = bootstrapIntervals(
    hits.length,
    1 + BAND_RATES.length,
    (draws) => {
      const drawn = frocCurve(hits, mode, draws);
      return [frocScore(sensitivitiesAtRates(drawn)), ...sensitivitiesWithin(BAND_RATES, drawn)];
    },
    { resamples, seed },
  );
  return {
    mode,
    score: nullIfNaN(frocScore(sensitivities)),
    sensitivities: sensitivities.map(nullIfNaN),
    interval,
    lesions: hits.reduce((sum, slide) => sum + slide.lesionScores.length, 0),
    slides: hits.length,
    curve,
    band: bandOf(BAND_RATES, band),
  };
}

function nullIfNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
