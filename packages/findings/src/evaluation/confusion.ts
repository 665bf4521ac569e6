import type { ScoredCase } from './auc.ts';

export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Counts what cases are called, positive from the threshold on, against what they are. */
export function confusionAt(cases: readonly ScoredCase[], threshold: number): Confusion {
  const count = (positive: boolean, called: boolean): number =>
    cases.filter((each) => each.positive === positive && each.score >= threshold === called).length;
  return {
    truePositives: count(true, true),
    falsePositives: count(false, true),
    trueNegatives: count(false, false),
    falseNegatives: count(true, false),
  };
}
