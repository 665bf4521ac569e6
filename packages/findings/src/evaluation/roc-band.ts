import type { ScoredCase } from './auc.ts';
import { BOOTSTRAP_DEFAULTS, type BootstrapSettings, bootstrapIntervals } from './bootstrap.ts';
import { type BandPoint, bandOf } from './curve-band.ts';
import { indexGroups } from './groups.ts';

/** The band is told at every 2 % of false positives. */
const STEPS = 50;

/**
 * Returns the 95 % percentile interval of the sensitivity at each false positive rate (vertical averaging: Fawcett, Pattern
 * Recognition Letters 27, 2006, section 9), pointwise, over groups drawn with replacement: the draws of `rocAuc`. Resamples of one
 * class are left out; empty where there are no others. The scores are numbers.
 */
export function rocBand(cases: readonly ScoredCase[], settings: Partial<BootstrapSettings> = {}): BandPoint[] {
  // As rocAuc orders them, so that one seed draws the same groups.
  const ascending = cases.toSorted((a, b) => a.score - b.score || 0);
  const { groupOf, count } = indexGroups(ascending.map(({ group }) => group));
  const intervals = bootstrapIntervals(count, STEPS + 1, (draws) => sensitivitiesOf(ascending, groupOf, draws), {
    ...BOOTSTRAP_DEFAULTS,
    ...settings,
  });
  return bandOf(
    intervals.map((_, k) => k / STEPS),
    intervals,
  );
}

/** One walk from the highest score down; where the curve rises straight up, the upper end counts. NaN when a class is absent. */
function sensitivitiesOf(
  ascending: readonly ScoredCase[],
  groupOf: Uint32Array,
  draws: Uint32Array,
): readonly number[] {
  let [positives, negatives] = [0, 0];
  ascending.forEach(({ positive }, k) => {
    if (positive) positives += draws[groupOf[k] as number] as number;
    else negatives += draws[groupOf[k] as number] as number;
  });
  if (positives === 0 || negatives === 0) return new Array(STEPS + 1).fill(Number.NaN);
  const sensitivities: number[] = [];
  let [hits, alarms] = [0, 0];
  for (let k = ascending.length - 1; k >= 0; ) {
    const score = ascending[k]?.score;
    const [hitsBefore, alarmsBefore] = [hits, alarms];
    for (; k >= 0 && ascending[k]?.score === score; k--) {
      if (ascending[k]?.positive) hits += draws[groupOf[k] as number] as number;
      else alarms += draws[groupOf[k] as number] as number;
    }
    for (;;) {
      const wanted = (sensitivities.length * negatives) / STEPS;
      if (wanted >= alarms) break;
      const share = (wanted - alarmsBefore) / (alarms - alarmsBefore);
      sensitivities.push((hitsBefore + share * (hits - hitsBefore)) / positives);
    }
  }
  sensitivities.push(1);
  return sensitivities;
}
