import { type ByteRaster, GigascopeError } from '@gigascope/contracts';
import {
  CAMELYON16_SCALE,
  evaluateFroc,
  type FrocMode,
  type FrocSlide,
  findHits,
  frocOfHits,
  type ScoredPoint,
} from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORACLE_CASES } from './camelyon16-cases.ts';

function maskOf(width: number, height: number, rectangles: readonly (readonly number[])[], value = 255): ByteRaster {
  const data = new Uint8Array(width * height);
  for (const [x = 0, y = 0, w = 0, h = 0] of rectangles) {
    for (let row = y; row < y + h; row++) data.fill(value, row * width + x, row * width + x + w);
  }
  return { width, height, data };
}

/** A detection in the middle of a mask pixel. */
function at(p: number, x: number, y: number): ScoredPoint {
  return { p, xL0: x * 32 + 16, yL0: y * 32 + 16 };
}

/** Tumour 60 × 10 px: 68 × 18 px once grown by 4.8 px, major axis about 79 px: a lesion. */
const LESION_1 = [10, 10, 60, 10];
/** 20 px below the first: two lesions stay two, since each grows by under 5 px. */
const LESION_2 = [10, 40, 60, 10];
/** 3 × 3 px grows to at most 11 × 11 px, major axis about 12 px < 35.365 px: isolated tumour cells. */
const ITC = [100, 40, 3, 3];

/**
 * Three lesions on two tumour slides and a normal slide. False positives 0.7, 0.6, 0.5, 0.3; lesions 0.9, 0.6 and one missed.
 * The detections 0.8 (second hit) and 0.95 (on the ITC) count for nothing.
 */
function worked(value = 255): FrocSlide[] {
  return [
    {
      name: 'a',
      truth: maskOf(120, 60, [LESION_1, ITC], value),
      detections: [at(0.8, 40, 15), at(0.9, 12, 12), at(0.95, 101, 41), at(0.7, 5, 55)],
    },
    {
      name: 'b',
      truth: maskOf(120, 60, [LESION_1, LESION_2], value),
      detections: [at(0.6, 40, 15), at(0.6, 100, 30)],
    },
    { name: 'n', truth: null, detections: [at(0.5, 1, 1), at(0.3, 2000, 1)] },
  ];
}

const rates = (slides: FrocSlide[], mode: FrocMode) =>
  evaluateFroc(slides, { mode, resamples: 0 }).curve.map((point) => [point.falsePositivesPerSlide, point.sensitivity]);

describe('FROC worked by hand', () => {
  it('gives 7/12 in strict mode for 3 slides, 3 lesions and a tie of 0.6', () => {
    const result = evaluateFroc(worked(), { resamples: 0 });
    // Threshold: 0.3 (4 FP, 2 hits), 0.5 (3, 2), 0.6 (2, 2), 0.7 (1, 1), 0.9 (0, 1), and (0, 0).
    expect(rates(worked(), 'strict')).toEqual([
      [4 / 3, 2 / 3],
      [1, 2 / 3],
      [2 / 3, 2 / 3],
      [1 / 3, 1 / 3],
      [0, 1 / 3],
      [0, 0],
    ]);
    // At 1/4 flat between (0, 1/3) and (1/3, 1/3); at 1/2 half-way between (1/3, 1/3) and (2/3, 2/3); flat beyond 4/3.
    expect(result.sensitivities).toEqual(
      [1 / 3, 1 / 2, 2 / 3, 2 / 3, 2 / 3, 2 / 3].map((value) => expect.closeTo(value, 14)),
    );
    expect(result.score).toBeCloseTo(7 / 12, 14);
    expect(result).toMatchObject({ mode: 'strict', lesions: 3, slides: 3, interval: null });
  });

  it('gives 11/18 in compat mode, where float32(0.6) = 0.6000000238 is a threshold of its own above the double 0.6', () => {
    const result = evaluateFroc(worked(), { mode: 'compat', resamples: 0 });
    // Thresholds 0, 0.3, 0.5, 0.6, f32(0.6), 0.7, f32(0.9); the first goes. At f32(0.6): 1 FP, 2 hits.
    expect(rates(worked(), 'compat')).toEqual([
      [4 / 3, 2 / 3],
      [1, 2 / 3],
      [2 / 3, 2 / 3],
      [1 / 3, 2 / 3],
      [1 / 3, 1 / 3],
      [0, 1 / 3],
      [0, 0],
    ]);
    // At 1/2: from the last point at 1/3, (1/3, 2/3), to (2/3, 2/3).
    expect(result.sensitivities).toEqual(
      [1 / 3, 2 / 3, 2 / 3, 2 / 3, 2 / 3, 2 / 3].map((value) => expect.closeTo(value, 14)),
    );
    expect(result.score).toBeCloseTo(11 / 18, 14);
    expect(result).toMatchObject({ mode: 'compat', lesions: 3, slides: 3 });
  });

  it('keeps the only hit at 0.8 in strict mode (5/6) and loses it to the dropped threshold in compat (0)', () => {
    const slides: FrocSlide[] = [
      { name: 'a', truth: maskOf(120, 60, [LESION_1]), detections: [at(0.8, 40, 15)] },
      { name: 'n', truth: null, detections: [at(0.9, 1, 1)] },
    ];
    expect(evaluateFroc(slides, { resamples: 0 }).score).toBeCloseTo(5 / 6, 14);
    expect(evaluateFroc(slides, { mode: 'compat', resamples: 0 }).score).toBe(0);
  });

  it('understands masks of 0/1 in strict mode; in compat all six sensitivities are undefined and the top-left corner swallows a hit', () => {
    expect(evaluateFroc(worked(1), { resamples: 0 }).score).toBeCloseTo(7 / 12, 14);
    const compat = evaluateFroc(worked(1), { mode: 'compat', resamples: 10 });
    expect(compat).toMatchObject({
      score: null,
      sensitivities: [null, null, null, null, null, null],
      lesions: 0,
      interval: null,
    });
    // SciPy measures from (−1, 0): the pixel in row 3, column 2 is √(4² + 2²) = 4.47 < 4.8225 away, row 4 is not.
    const slide = { name: 'a', truth: maskOf(120, 60, [LESION_1], 1), detections: [at(0.9, 2, 3), at(0.8, 2, 4)] };
    expect(findHits(slide, CAMELYON16_SCALE, 'compat')).toMatchObject({
      itcs: 1,
      lesionScores: [],
      falsePositives: [0.8],
    });
  });

  it('counts a slide without detections among the slides in strict mode and leaves it out in compat', () => {
    const slides = [...worked(), { name: 'z', truth: maskOf(120, 60, [LESION_2]), detections: null }];
    expect(evaluateFroc(slides, { resamples: 0 })).toMatchObject({ slides: 4, lesions: 4 });
    expect(evaluateFroc(slides, { mode: 'compat', resamples: 0 })).toMatchObject({ slides: 3, lesions: 3 });
    const empty = slides.map((slide) => ({ ...slide, detections: slide.detections ?? [] }));
    expect(evaluateFroc(empty, { mode: 'compat', resamples: 0 })).toMatchObject({ slides: 4, lesions: 4 });
  });

  it('takes a detection outside the mask for a false positive in strict mode; compat wraps −1 to the far side and refuses 120', () => {
    const truth = maskOf(120, 60, [[60, 10, 60, 10]]);
    const hits = (mode: FrocMode, x: number) =>
      findHits({ name: 'a', truth, detections: [at(0.5, x, 15)] }, CAMELYON16_SCALE, mode);
    expect(hits('strict', -2).falsePositives).toEqual([0.5]);
    expect(hits('strict', 120).falsePositives).toEqual([0.5]);
    // int(−1.5) = −1: the last column, which is tumour.
    expect(hits('compat', -2).lesionScores).toEqual([0.5]);
    expect(() => hits('compat', 120)).toThrow(/outside the mask of 120 × 60 px/);
  });

  it('never counts a missed lesion, even where a detection has confidence 0', () => {
    const slides: FrocSlide[] = [{ name: 'a', truth: maskOf(120, 60, [LESION_1]), detections: [at(0, 1, 1)] }];
    expect(evaluateFroc(slides, { resamples: 0 }).score).toBe(0);
  });

  it('refuses no slide at all, and two slides of one name', () => {
    expect(() => evaluateFroc([])).toThrow(GigascopeError);
    expect(() => evaluateFroc([...worked(), ...worked()])).toThrow(/same name/);
  });
});

describe('FROC against a separate program', () => {
  it.each(ORACLE_CASES)(
    'gives the score $score to the last digit in compat mode',
    ({ lesions, score, sensitivities, slides }) => {
      const typed = slides.map(([rectangles, detections], k) => ({
        name: `slide ${k}`,
        truth: rectangles === null ? null : maskOf(100, 80, rectangles),
        detections: detections.map(([p, xL0, yL0]) => ({ p, xL0, yL0 })),
      }));
      const result = evaluateFroc(typed, { mode: 'compat', resamples: 0 });
      expect(result).toMatchObject({ lesions, score, sensitivities });
    },
  );
});

describe('FROC properties', () => {
  const tenth = fc.integer({ min: 0, max: 20 }).map((n) => n / 20);
  const slideHits = fc
    .array(
      fc.record({
        isSubmitted: fc.constant(true),
        lesionScores: fc.array(fc.option(tenth), { maxLength: 4 }),
        itcs: fc.integer({ min: 0, max: 2 }),
        falsePositives: fc.array(tenth, { maxLength: 6 }),
      }),
      { minLength: 1, maxLength: 6 },
    )
    .map((slides) => slides.map((slide, k) => ({ name: `${k}`, ...slide })));
  const modes = fc.constantFrom<FrocMode>('strict', 'compat');

  it('has a curve that falls in both coordinates as the threshold rises, and sensitivities that rise with the rate', () => {
    fc.assert(
      fc.property(slideHits, modes, (hits, mode) => {
        const { curve, sensitivities, lesions } = frocOfHits(hits, { mode, resamples: 0 });
        fc.pre(lesions > 0);
        curve.slice(1).forEach((point, k) => {
          expect(point.falsePositivesPerSlide).toBeLessThanOrEqual(curve[k]?.falsePositivesPerSlide ?? -1);
          expect(point.sensitivity).toBeLessThanOrEqual(curve[k]?.sensitivity ?? -1);
        });
        expect(sensitivities.slice(1).every((value, k) => (value ?? -1) >= (sensitivities[k] ?? 2) - 1e-12)).toBe(true);
      }),
    );
  });

  it('does not depend on the order of the slides', () => {
    fc.assert(
      fc.property(slideHits, modes, (hits, mode) => {
        const { curve, score } = frocOfHits(hits, { mode, resamples: 0 });
        expect(frocOfHits(hits.toReversed(), { mode, resamples: 0 })).toMatchObject({ curve, score });
      }),
    );
  });

  it('counts at each strict threshold exactly the false positives and hits that are ≥ it', () => {
    fc.assert(
      fc.property(slideHits, (hits) => {
        const { curve, lesions } = frocOfHits(hits, { resamples: 0 });
        fc.pre(lesions > 0);
        for (const { threshold, falsePositivesPerSlide, sensitivity } of curve) {
          if (threshold === null) continue;
          const count = (values: readonly (number | null)[]) =>
            values.filter((value) => value !== null && value >= threshold).length;
          expect(falsePositivesPerSlide).toBe(
            hits.reduce((sum, slide) => sum + count(slide.falsePositives), 0) / hits.length,
          );
          expect(sensitivity).toBe(hits.reduce((sum, slide) => sum + count(slide.lesionScores), 0) / lesions);
        }
      }),
    );
  });

  it('gives the same interval for the same seed, another for another, and both ends equal where all slides are alike', () => {
    const interval = (seed: number) => evaluateFroc(worked(), { seed }).interval;
    expect(interval(1)).toEqual(interval(1));
    expect(interval(1)).toMatchObject({ resamples: 1000, seed: 1, level: 0.95 });
    expect(interval(1)).not.toEqual({ ...interval(2), seed: 1 });
    const alike = Array.from({ length: 5 }, (_, k) => ({
      name: `${k}`,
      isSubmitted: true,
      lesionScores: [0.9, null],
      itcs: 0,
      falsePositives: [0.3],
    }));
    expect(frocOfHits(alike).interval).toMatchObject({ low: 0.5, high: 0.5, usable: 1000 });
  });

  it('leaves the resamples without a lesion out and says how many were usable: about 3 of 4 for 1 tumour slide of 2', () => {
    const hits = [
      { name: 'a', isSubmitted: true, lesionScores: [0.9], itcs: 0, falsePositives: [] },
      { name: 'n', isSubmitted: true, lesionScores: [], itcs: 0, falsePositives: [0.1] },
    ];
    const usable = frocOfHits(hits).interval?.usable ?? 0;
    // Binomial(1000, 3/4) has standard deviation 13.7; five of them either way.
    expect(Math.abs(usable - 750)).toBeLessThan(69);
  });
});
