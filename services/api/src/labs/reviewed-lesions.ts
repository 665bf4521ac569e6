import type { Lesion } from '@gigascope/contracts';
import type { DecisionRow } from '@gigascope/store';

/** Lesions as a review leaves them: without the rejected, the moved ones in their new place. Ranks stay the model's. */
export function reviewedLesions(lesions: readonly Lesion[], decisions: readonly DecisionRow[]): readonly Lesion[] {
  const byKey = new Map(decisions.map(({ key, decision }) => [key as string, decision]));
  return lesions.flatMap((lesion) => {
    const decision = byKey.get(`lesion-${lesion.rank}`);
    if (decision?.verdict === 'reject') return [];
    return decision?.verdict === 'moved' ? [{ ...lesion, ...decision.to }] : [lesion];
  });
}

/** What a review did to the computed findings, in a sentence; empty where it decided on none. */
export function decisionsInWords(decisions: readonly DecisionRow[]): string {
  const counts = [
    ['accepted', 'accept'],
    ['rejected', 'reject'],
    ['moved', 'moved'],
    ['added', 'added'],
  ].map(([word, verdict]) => [decisions.filter(({ decision }) => decision.verdict === verdict).length, word] as const);
  const said = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return said.length === 0 ? '' : `Findings by the reviewer: ${said.join(', ')}.`;
}
