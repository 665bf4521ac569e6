import { GigascopeError } from '@gigascope/contracts';
import type { LabReport } from '@gigascope/exchange';
import type { ReviewViewer, SignedReview, Store } from '@gigascope/store';
import { type FinishedAnalysis, finishedAnalysis } from '../exports/finished-analysis.ts';
import { verdictOf } from '../reviews/verdict-of.ts';
import { found } from '../routes/responses.ts';
import { decisionsInWords, reviewedLesions } from './reviewed-lesions.ts';

/**
 * An analysis as a lab system takes it. It is final when what holds of the slide is a signed review of this analysis;
 * while two readers differ and nobody has adjudicated, it is preliminary.
 * @throws GigascopeError NOT_FOUND, RESULT_NOT_READY, or FORBIDDEN for a reader who is blinded to the slide's reviews.
 */
export async function labReport(store: Store, tenantId: string, id: string, viewer: ReviewViewer): Promise<LabReport> {
  const finished = await finishedAnalysis(store, tenantId, id);
  const signed = found(await store.reviews.signedOfSlide(tenantId, finished.slide.id, viewer), 'slide');
  if (signed === 'blinded') throw new GigascopeError('FORBIDDEN', 'your own review of the slide is open');
  return reportOf(finished, heldReview(signed, id));
}

/** The review of an analysis that holds of its slide; null where there is none. */
function heldReview(signed: readonly SignedReview[], analysisId: string): SignedReview | null {
  const held = signed.find(({ review }) => review.id === verdictOf(signed)?.reviewId);
  return held?.review.analysisId === analysisId ? held : null;
}

function reportOf(
  { row, slide, found: result, manifest, finishedAt }: FinishedAnalysis,
  held: SignedReview | null,
): LabReport {
  return {
    analysisId: row.id,
    finishedAt,
    slideName: slide.name,
    result: result.result,
    lesions: reviewedLesions(result.lesions, held?.content.decisions ?? []),
    intendedUse: manifest.intendedUse,
    references: {
      system: `urn:uuid:${row.tenantId}`,
      case: slide.caseRef,
      patientPseudonym: slide.patientRef,
      block: slide.blockRef,
    },
    review: held === null ? null : signedReview(held),
  };
}

function signedReview({ review, content }: SignedReview): NonNullable<LabReport['review']> {
  const confidence = `The reviewer’s confidence: ${content.confidence.replace('-', ' ')}.`;
  const said = [confidence, decisionsInWords(content.decisions), content.comment].filter((text) => text !== '');
  return {
    signedAt: content.signedAt.toISOString(),
    reviewer: { id: review.readerId, name: review.readerName },
    conclusion: said.join(' '),
  };
}
