import { GigascopeError } from '@gigascope/contracts';
import type { BootstrapSettings } from './bootstrap.ts';
import { bootstrapFigure, type Figure } from './figure.ts';
import { indexGroups } from './groups.ts';

/** One case as two raters see it; both are indices of ordered categories. */
export interface RatedPair {
  readonly truth: number;
  readonly predicted: number;
}

export interface KappaResult {
  readonly kappa: Figure;
  /** Share of cases on which both agree. */
  readonly agreement: number;
  /** Cases by [truth][predicted]. */
  readonly confusion: readonly (readonly number[])[];
  readonly cases: number;
}

/**
 * Quadratic-weighted kappa of ordered categories (Cohen 1968): 1 − Σ (i − j)² observed / Σ (i − j)² expected from the two raters'
 * frequencies, with the percentile interval over cases drawn with replacement. It does not exist (null) when both raters give every case
 * the same single category. Throws ARGUMENT_INVALID without cases, or for an index that is no category.
 */
export function evaluateKappa(
  pairs: readonly RatedPair[],
  categories: number,
  settings: Partial<BootstrapSettings> = {},
): KappaResult {
  if (pairs.length === 0) throw new GigascopeError('ARGUMENT_INVALID', 'no case to compare');
  const isCategory = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < categories;
  if (!pairs.every(({ truth, predicted }) => isCategory(truth) && isCategory(predicted))) {
    throw new GigascopeError('ARGUMENT_INVALID', `a rating is none of ${categories} categories`);
  }
  const once = new Uint32Array(pairs.length).fill(1);
  return {
    kappa: bootstrapFigure(
      indexGroups(pairs.map(() => undefined)),
      (draws) => quadraticKappa(countPairs(pairs, categories, draws)),
      settings,
    ),
    agreement: pairs.filter(({ truth, predicted }) => truth === predicted).length / pairs.length,
    confusion: countPairs(pairs, categories, once),
    cases: pairs.length,
  };
}

function countPairs(pairs: readonly RatedPair[], categories: number, draws: Uint32Array): number[][] {
  const counts = Array.from({ length: categories }, () => new Array<number>(categories).fill(0));
  pairs.forEach(({ truth, predicted }, k) => {
    const row = counts[truth] as number[];
    row[predicted] = (row[predicted] as number) + (draws[k] as number);
  });
  return counts;
}

/** The categories' number cancels out of the weights. NaN where it does not exist. */
function quadraticKappa(confusion: readonly (readonly number[])[]): number {
  const rows = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = confusion.map((_, j) => confusion.reduce((sum, row) => sum + (row[j] as number), 0));
  const cases = rows.reduce((sum, count) => sum + count, 0);
  let [observed, expected] = [0, 0];
  confusion.forEach((row, i) => {
    row.forEach((count, j) => {
      observed += (i - j) ** 2 * count;
      expected += ((i - j) ** 2 * (rows[i] as number) * (columns[j] as number)) / cases;
    });
  });
  return expected === 0 ? Number.NaN : 1 - observed / expected;
}
