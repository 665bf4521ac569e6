import type { Evaluation } from '@gigascope/contracts/http';
import type { FrocPoint, FrocResult } from '@gigascope/findings';
import { presentInterval } from '../reviews/present-interval.ts';

type Froc = NonNullable<Evaluation['froc']>;

/** What a plot can show. */
const MOST_POINTS = 999;

export function presentFrocPoint({ threshold, falsePositivesPerSlide, sensitivity }: FrocPoint): Froc['curve'][number] {
  return { threshold, falsePositivesPerSlide, sensitivity: Number.isNaN(sensitivity) ? null : sensitivity };
}

export function presentFroc({ slides, lesions, score, sensitivities, interval, curve, band }: FrocResult): Froc {
  const step = Math.ceil(curve.length / MOST_POINTS);
  const shown = curve.filter((_, k) => k % step === 0 || k === curve.length - 1);
  return {
    ...{ slides, lesions, score, sensitivities: [...sensitivities] },
    ...{ interval: presentInterval(interval), curve: shown.map(presentFrocPoint) },
    band: band.map(({ at, ...ends }) => ({ falsePositivesPerSlide: at, ...ends })),
  };
}
