import { GigascopeError } from '@gigascope/contracts';
import { BOOTSTRAP_DEFAULTS, type BootstrapInterval, type BootstrapSettings, bootstrapInterval } from './bootstrap.ts';
import { indexGroups } from './groups.ts';

/** A scored case. Cases of one `group` (a patient, a slide) are resampled together; without it each stands for itself. */
export interface ScoredCase {
  readonly score: number;
  readonly positive: boolean;
  readonly group?: string;
}

export interface AucResult {
  readonly auc: number;
  readonly interval: BootstrapInterval | null;
  readonly positives: number;
  readonly negatives: number;
  /** What was resampled. */
  readonly groups: number;
}

/**
 * Returns the area under the ROC curve: the share of pairs of a positive and a negative case in which the positive one
 * scores higher, ties counting a half (Mann–Whitney; Hanley and McNeil, Radiology 143, 1982), with the percentile interval
 * over groups drawn with replacement. Throws ARGUMENT_INVALID for a score that is no number, or unless both classes are present.
 */
export function rocAuc(cases: readonly ScoredCase[], settings: Partial<BootstrapSettings> = {}): AucResult {
  if (cases.some(({ score }) => Number.isNaN(score)))
    throw new GigascopeError('ARGUMENT_INVALID', 'a score is not a number');
  const ordered = cases.toSorted((a, b) => a.score - b.score || 0);
  const { groupOf, count } = indexGroups(ordered.map(({ group }) => group));
  const auc = weightedAuc(ordered, groupOf, new Uint32Array(count).fill(1));
  if (Number.isNaN(auc)) throw new GigascopeError('ARGUMENT_INVALID', 'an AUC needs positive and negative cases');
  const positives = ordered.filter(({ positive }) => positive).length;
  return {
    auc,
    interval: bootstrapInterval(count, (draws) => weightedAuc(ordered, groupOf, draws), {
      ...BOOTSTRAP_DEFAULTS,
      ...settings,
    }),
    positives,
    negatives: ordered.length - positives,
    groups: count,
  };
}

/** One walk over ascending scores; each case counts as often as its group was drawn. NaN when a class is absent. */
function weightedAuc(ordered: readonly ScoredCase[], groupOf: Uint32Array, draws: Uint32Array): number {
  let [wins, negativesBelow, positives] = [0, 0, 0];
  for (let k = 0; k < ordered.length; ) {
    const score = ordered[k]?.score;
    let [tiedPositives, tiedNegatives] = [0, 0];
    for (; ordered[k]?.score === score && k < ordered.length; k++) {
      const weight = draws[groupOf[k] as number] as number;
      if (ordered[k]?.positive === true) tiedPositives += weight;
      else tiedNegatives += weight;
    }
    wins += tiedPositives * (negativesBelow + tiedNegatives / 2);
    negativesBelow += tiedNegatives;
    positives += tiedPositives;
  }
  return wins / (positives * negativesBelow);
}
