/** Bands about ROC and FROC curves, against every possible draw written out and against a computation in the long way. */
import { frocOfHits, rocAuc, rocBand, type ScoredCase, type SlideHits } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** All ways to draw `n` of `n` slides with replacement, each as likely as another. */
function allDraws(n: number): number[][] {
  let draws: number[][] = [[]];
  for (let k = 0; k < n; k++)
    draws = draws.flatMap((draw) => Array.from({ length: n }, (_, slide) => [...draw, slide]));
  return draws;
}

/** The least value that a share of the draws is at or below. */
function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** Sensitivity at a false positive rate: the upper end of the polygon through the points of every threshold. */
function sensitivityAt(rate: number, cases: readonly ScoredCase[]): number {
  const share = (positive: boolean, from: number): number => {
    const own = cases.filter((one) => one.positive === positive);
    return own.filter(({ score }) => score >= from).length / own.length;
  };
  const thresholds = [Infinity, ...new Set(cases.map(({ score }) => score))].toSorted((a, b) => b - a);
  const points = thresholds.map((from) => [share(false, from), share(true, from)] as const);
  const k = points.findLastIndex(([x]) => x <= rate + 1e-12);
  const [[x0, y0], next] = [points[k] ?? [0, 0], points[k + 1]];
  return next === undefined ? y0 : y0 + ((next[1] - y0) * (rate - x0)) / (next[0] - x0);
}

const CASES: readonly ScoredCase[] = [
  { score: 0.9, positive: true },
  { score: 0.4, positive: true },
  { score: 0.6, positive: true },
  { score: 0.6, positive: false },
  { score: 0.2, positive: false },
  { score: 0.5, positive: false },
];

/** 4 slides: two lesions of which one is missed, one found low, none at all, and one found between false positives. */
const HITS: readonly SlideHits[] = [
  { name: 'a', isSubmitted: true, falsePositives: [0.3], lesionScores: [0.9, null], itcs: 0 },
  { name: 'b', isSubmitted: true, falsePositives: [], lesionScores: [0.4], itcs: 0 },
  { name: 'c', isSubmitted: true, falsePositives: [0.8, 0.5, 0.2], lesionScores: [], itcs: 0 },
  { name: 'd', isSubmitted: true, falsePositives: [0.7, 0.1], lesionScores: [0.6], itcs: 0 },
];

/** Lesions found by the best threshold that stays within so many false positives per slide. */
function foundWithin(rate: number, slides: readonly SlideHits[]): number {
  const lesions = slides.flatMap(({ lesionScores }) => lesionScores);
  const thresholds = slides.flatMap((slide) => [...slide.falsePositives, ...slide.lesionScores]);
  const found = thresholds.flatMap((from) => {
    if (from === null) return [];
    const alarms = slides.flatMap(({ falsePositives }) => falsePositives).filter((score) => score >= from).length;
    if (alarms / slides.length > rate + 1e-12) return [];
    return [lesions.filter((score) => score !== null && score >= from).length / lesions.length];
  });
  return Math.max(0 / lesions.length, ...found);
}

describe('the band of a ROC curve', () => {
  it('has the ends of all 46,656 draws of 6 slides at every rate, to what 20,000 draws of them can tell', () => {
    const draws = allDraws(6).map((draw) => draw.flatMap((k) => CASES[k] ?? []));
    const both = draws.filter((cases) => new Set(cases.map(({ positive }) => positive)).size === 2);
    const band = rocBand(CASES, { resamples: 20_000, seed: 7 });
    expect(band.map(({ at }) => at)).toEqual(Array.from({ length: 51 }, (_, k) => k / 50));
    for (const k of [0, 10, 17, 25, 35, 50]) {
      const { at = 0, low = Number.NaN, high = Number.NaN } = band[k] ?? {};
      const values = both.map((cases) => sensitivityAt(at, cases));
      // Between the ends of a slightly narrower and a slightly wider interval: draws of draws scatter.
      expect(low).toBeGreaterThanOrEqual(quantileOf(values, 0.02) - 1e-9);
      expect(low).toBeLessThanOrEqual(quantileOf(values, 0.03) + 1e-9);
      expect(high).toBeGreaterThanOrEqual(quantileOf(values, 0.97) - 1e-9);
      expect(high).toBeLessThanOrEqual(quantileOf(values, 0.98) + 1e-9);
    }
  });

  it('is of the draws that the area’s interval is of, and the same for the same seed', () => {
    const { interval } = rocAuc(CASES, { resamples: 300, seed: 5 });
    const band = rocBand(CASES, { resamples: 300, seed: 5 });
    expect(band).toEqual(rocBand(CASES, { resamples: 300, seed: 5 }));
    expect(band).not.toEqual(rocBand(CASES, { resamples: 300, seed: 6 }));
    expect(interval?.usable).toBeGreaterThan(250);
  });

  it('is the curve itself where all slides of a kind are alike, rises with the rate, and is empty for one kind', () => {
    const alike = [
      ...Array.from({ length: 8 }, () => ({ score: 0.5, positive: true })),
      ...Array.from({ length: 8 }, () => ({ score: 0.5, positive: false })),
    ];
    for (const { at, low, high } of rocBand(alike))
      expect([low, high]).toEqual([expect.closeTo(at, 9), expect.closeTo(at, 9)]);
    expect(rocBand(CASES.filter(({ positive }) => positive))).toEqual([]);
    const scores = fc.array(fc.record({ score: fc.integer({ min: 0, max: 4 }), positive: fc.boolean() }), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(scores, (cases) => {
        const band = rocBand(cases, { resamples: 40 });
        for (const [k, { low, high }] of band.entries()) {
          expect([low <= high, low >= 0, high <= 1]).toEqual([true, true, true]);
          expect(
            [low, high].every((end, side) => end >= ([band[k - 1]?.low, band[k - 1]?.high][side] ?? 0) - 1e-9),
          ).toBe(true);
        }
      }),
    );
  });
});

describe('the band of a FROC curve', () => {
  it('has the ends of all 256 draws of 4 slides at every number of false positives', () => {
    const draws = allDraws(4).map((draw) => draw.flatMap((k, at) => ({ ...(HITS[k] as SlideHits), name: `${at}` })));
    const some = draws.filter((slides) => slides.some(({ lesionScores }) => lesionScores.length > 0));
    const { band, interval } = frocOfHits(HITS, { resamples: 20_000, seed: 3 });
    expect([band[0]?.at, band.at(-1)?.at, band.length]).toEqual([0, 8, 50]);
    expect(interval?.usable).toBeGreaterThan(19_800);
    for (const k of [0, 12, 18, 24, 28, 30, 36, 49]) {
      const { at = 0, low = Number.NaN, high = Number.NaN } = band[k] ?? {};
      const values = some.map((slides) => foundWithin(at, slides));
      expect(low).toBeGreaterThanOrEqual(quantileOf(values, 0.018) - 1e-9);
      expect(low).toBeLessThanOrEqual(quantileOf(values, 0.032) + 1e-9);
      expect(high).toBeGreaterThanOrEqual(quantileOf(values, 0.968) - 1e-9);
      expect(high).toBeLessThanOrEqual(quantileOf(values, 0.982) + 1e-9);
    }
  });
});
