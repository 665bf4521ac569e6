import { CONFIDENCES, type Confidence } from '@gigascope/contracts';
import type { Verdict } from '@gigascope/contracts/http';
import type { SignedReview } from '@gigascope/store';
import { presentReader } from '../present/review.ts';

/** What holds of a slide: the adjudication that was signed last, else the review when one alone is signed, else nothing. */
export function verdictOf(signed: readonly SignedReview[]): Verdict | null {
  const adjudications = signed
    .filter(({ review }) => review.purpose === 'adjudication')
    .toSorted((a, b) => b.content.signedAt.getTime() - a.content.signedAt.getTime());
  const reads = signed.filter(({ review }) => review.purpose !== 'adjudication');
  const [held] = adjudications.length > 0 ? adjudications : reads.length === 1 ? reads : [];
  if (held === undefined) return null;
  const { review, content } = held;
  return {
    source: adjudications.length > 0 ? 'adjudication' : 'review',
    reviewId: review.id,
    edition: content.edition,
    reader: presentReader(review),
    confidence: content.confidence,
    positive: isPositive(content.confidence),
    signedAt: content.signedAt.toISOString(),
  };
}

function isPositive(confidence: Confidence): boolean | null {
  const step = CONFIDENCES.indexOf(confidence) - CONFIDENCES.indexOf('equivocal');
  return step === 0 ? null : step > 0;
}
