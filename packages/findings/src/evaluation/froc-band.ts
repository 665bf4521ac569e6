import type { FrocPoint } from './froc-curve.ts';

/** Mean false positives per slide at which the band is told: closer where the curve rises, up to CAMELYON16's last, 8. */
export const BAND_RATES: readonly number[] = [0, ...Array.from({ length: 49 }, (_, k) => 2 ** (k / 6 - 5))];

/**
 * The share of lesions found by the lowest threshold that makes at most so many false positives per slide. The curve is one
 * of `frocCurve`: by ascending threshold, with (0, 0) at its end.
 */
export function sensitivitiesWithin(rates: readonly number[], curve: readonly FrocPoint[]): readonly number[] {
  let k = curve.length - 1;
  return rates.map((rate) => {
    while (k > 0 && (curve[k - 1]?.falsePositivesPerSlide ?? Infinity) <= rate) k--;
    return curve[k]?.sensitivity ?? Number.NaN;
  });
}
