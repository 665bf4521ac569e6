import { isDeepStrictEqual } from 'node:util';
import type { Decision, FindingKey } from '@gigascope/contracts';
import type { Adjudication, ReaderAgreement } from '@gigascope/contracts/http';
import { evaluateKappa } from '@gigascope/findings';
import type { DecisionRow, SignedReview } from '@gigascope/store';
import { presentInterval } from './present-interval.ts';

/** Every finding that a reader decided on, with the readers' decisions side by side. */
export function sideBySide(reviews: readonly SignedReview[]): Adjudication['findings'] {
  const perReader = reviews.map(({ content }) => byKey(content.decisions));
  const keys = new Set(reviews.flatMap(({ content }) => content.decisions.map(({ key }) => key)));
  return [...keys].toSorted(inOrder).map((key) => {
    const decisions = perReader.map((own) => own.get(key) ?? null);
    return { key, decisions, differ: decisions.some((each) => !isDeepStrictEqual(says(each), says(decisions[0]))) };
  });
}

/** Each pair of readers by what both decided of the model's findings: a real one (accepted or moved), or none. */
export function agreementsOf(reviews: readonly SignedReview[]): ReaderAgreement[] {
  return reviews.flatMap((one, k) => reviews.slice(k + 1).map((other) => agreementOf(one, other)));
}

function agreementOf(one: SignedReview, other: SignedReview): ReaderAgreement {
  const theirs = byKey(other.content.decisions);
  const pairs = one.content.decisions.flatMap(({ key, decision }) => {
    const second = theirs.get(key);
    if (second === undefined || key.startsWith('added-')) return [];
    return [{ truth: isReal(decision), predicted: isReal(second) }];
  });
  const reviewIds: ReaderAgreement['reviewIds'] = [one.review.id, other.review.id];
  if (pairs.length === 0) return { reviewIds, compared: 0, agreement: null, kappa: null, kappaInterval: null };
  // With two categories the quadratic weights are 0 and 1: Cohen's own kappa.
  const { kappa, agreement } = evaluateKappa(pairs, 2);
  return {
    reviewIds,
    compared: pairs.length,
    agreement,
    kappa: kappa.value,
    kappaInterval: presentInterval(kappa.interval),
  };
}

function isReal({ verdict }: Decision): number {
  return verdict === 'reject' ? 0 : 1;
}

/** What two readers have to say alike: not their notes. */
function says(decision: Decision | null | undefined): unknown {
  if (decision === null || decision === undefined) return null;
  const { note: _, ...said } = decision;
  return said;
}

function byKey(decisions: readonly DecisionRow[]): ReadonlyMap<FindingKey, Decision> {
  return new Map(decisions.map(({ key, decision }) => [key, decision]));
}

const KINDS = ['lesion', 'detection', 'segment', 'added'];

function inOrder(a: FindingKey, b: FindingKey): number {
  const [kindA = '', rankA = ''] = a.split('-', 2);
  const [kindB = '', rankB = ''] = b.split('-', 2);
  if (kindA !== kindB) return KINDS.indexOf(kindA) - KINDS.indexOf(kindB);
  if (kindA === 'added') return a < b ? -1 : 1;
  return Number(rankA) - Number(rankB);
}
