import type { Adjudication } from '@gigascope/contracts/http';
import type { SignedReview } from '@gigascope/store';
import { presentEdition, presentReviewSummary } from '../present/review.ts';
import { agreementsOf, sideBySide } from './compare-readers.ts';
import { verdictOf } from './verdict-of.ts';

/** Compares the readers of one analysis: the one asked for, or the newest that was read and signed. */
export function presentAdjudication(
  slideId: string,
  signed: readonly SignedReview[],
  callerId: string,
  askedAnalysis: string | undefined,
): Adjudication {
  const reads = signed.filter(({ review }) => review.purpose !== 'adjudication');
  // UUIDv7: the newest sorts last.
  const analysisId =
    askedAnalysis ??
    reads
      .map(({ review }) => review.analysisId)
      .toSorted()
      .at(-1) ??
    null;
  const compared = reads.filter(({ review }) => review.analysisId === analysisId);
  return {
    slideId,
    analysisId,
    reviews: compared.map(({ review, content }) => ({
      ...presentReviewSummary(review, callerId),
      content: presentEdition(content),
    })),
    findings: sideBySide(compared),
    agreements: agreementsOf(compared),
    verdict: verdictOf(signed),
  };
}
