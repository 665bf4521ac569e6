import { GigascopeError } from '@gigascope/contracts';
import { type AucResult, rocAuc } from '../evaluation/auc.ts';
import type { BootstrapSettings } from '../evaluation/bootstrap.ts';
import { seededRandom } from '../evaluation/seeded-random.ts';
import type { FeatureRow } from './feature-table.ts';
import { type ForestSettings, scoreSlides, trainSlideForest } from './slide-forest.ts';

export interface CrossValidationSettings {
  readonly folds: number;
  /** One division into folds, and one forest's seed, each. */
  readonly seeds: readonly number[];
  readonly forest?: Partial<ForestSettings>;
  readonly bootstrap?: Partial<BootstrapSettings>;
}

export interface CrossValidation extends AucResult {
  readonly folds: number;
  /** The AUC of each seed's out-of-fold scores. */
  readonly aucBySeed: readonly number[];
  /** Each row's score by forests that never saw it, averaged over the seeds; the AUC above is of these. */
  readonly scores: readonly number[];
}

/**
 * Judges the forest on slides it was not grown on: for each seed the slides are dealt into folds, tumour and normal ones evenly,
 * and each fold is scored by a forest grown on the others. The interval is over slides. Throws ARGUMENT_INVALID unless each fold
 * can have a slide of both kinds.
 */
export function crossValidateForest(rows: readonly FeatureRow[], settings: CrossValidationSettings): CrossValidation {
  const { folds, seeds, forest = {}, bootstrap = {} } = settings;
  const tumour = rows.filter((row) => row.tumour).length;
  if (!(Number.isInteger(folds) && folds >= 2 && Math.min(tumour, rows.length - tumour) >= folds && seeds.length > 0)) {
    throw new GigascopeError(
      'ARGUMENT_INVALID',
      `${folds} folds of ${tumour} tumour and ${rows.length - tumour} normal slides`,
    );
  }
  const bySeed = seeds.map((seed) => outOfFoldScores(rows, dealFolds(rows, folds, seed), folds, { ...forest, seed }));
  const scores = rows.map((_, k) => bySeed.reduce((sum, list) => sum + (list[k] as number), 0) / seeds.length);
  const casesOf = (list: readonly number[]) =>
    rows.map((row, k) => ({ score: list[k] as number, positive: row.tumour }));
  return {
    ...rocAuc(casesOf(scores), bootstrap),
    folds,
    aucBySeed: bySeed.map((list) => rocAuc(casesOf(list), { resamples: 0 }).auc),
    scores,
  };
}

function outOfFoldScores(
  rows: readonly FeatureRow[],
  foldOf: readonly number[],
  folds: number,
  forest: Partial<ForestSettings>,
): number[] {
  const scores = rows.map(() => Number.NaN);
  for (let fold = 0; fold < folds; fold++) {
    const grown = trainSlideForest(
      rows.filter((_, k) => foldOf[k] !== fold),
      forest,
    );
    const held = rows.flatMap((_, k) => (foldOf[k] === fold ? [k] : []));
    const found = scoreSlides(
      grown,
      held.map((k) => rows[k] as FeatureRow),
    );
    held.forEach((k, j) => {
      scores[k] = found[j] as number;
    });
  }
  return scores;
}

/** Gives each row its fold: each kind of slide is shuffled (Fisher and Yates) and dealt out in turn. */
export function dealFolds(rows: readonly Pick<FeatureRow, 'tumour'>[], folds: number, seed: number): number[] {
  const random = seededRandom(seed);
  const foldOf = rows.map(() => -1);
  let dealt = 0;
  for (const kind of [true, false]) {
    const places = rows.flatMap((row, k) => (row.tumour === kind ? [k] : []));
    for (let k = places.length - 1; k > 0; k--) {
      const other = Math.floor(random() * (k + 1));
      [places[k], places[other]] = [places[other] as number, places[k] as number];
    }
    for (const place of places) foldOf[place] = dealt++ % folds;
  }
  return foldOf;
}
