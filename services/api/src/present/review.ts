import type { Reader, Review, ReviewChange, ReviewContent, ReviewSummary, SlideClaim } from '@gigascope/contracts/http';
import type { ClaimRow, EditionRow, ReviewChangeRow, ReviewRow, SeenReview } from '@gigascope/store';

interface ByReader {
  readonly readerKind: Reader['kind'];
  readonly readerId: string;
  readonly readerName: string;
}

export function presentReader({ readerKind: kind, readerId: id, readerName: name }: ByReader): Reader {
  return { kind, id, name };
}

export function presentReviewSummary(row: ReviewRow, callerId: string): ReviewSummary {
  return {
    id: row.id,
    analysisId: row.analysisId,
    slideId: row.slideId,
    reader: presentReader(row),
    purpose: row.purpose,
    state: row.state,
    version: row.version,
    edition: row.edition,
    openedAt: row.openedAt.toISOString(),
    signedAt: row.signedAt?.toISOString() ?? null,
    own: row.readerId === callerId,
  };
}

export function presentReview({ review, content }: SeenReview, callerId: string): Review {
  return {
    ...presentReviewSummary(review, callerId),
    content:
      content === null
        ? null
        : { ...presentEdition(content), decisions: content.decisions.map(({ key, decision }) => ({ key, decision })) },
  };
}

/** An edition without its decisions. */
export function presentEdition(row: EditionRow): Omit<ReviewContent, 'decisions'> {
  return {
    edition: row.edition,
    state: row.state,
    confidence: row.confidence,
    comment: row.comment,
    timeLimited: row.timeLimited,
    readingMs: row.readingMs,
    sawOthers: row.sawOthers,
    amendReason: row.amendReason,
    openedAt: row.openedAt.toISOString(),
    signedAt: row.signedAt?.toISOString() ?? null,
  };
}

export function presentReviewChange(row: ReviewChangeRow): ReviewChange {
  return {
    version: row.version,
    edition: row.edition,
    by: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    at: row.at.toISOString(),
    kind: row.kind,
    subject: row.subject,
    before: row.before as ReviewChange['before'],
    after: row.after as ReviewChange['after'],
  };
}

export function presentClaim(row: ClaimRow): SlideClaim {
  return {
    slideId: row.slideId,
    by: presentReader(row),
    claimedAt: row.claimedAt.toISOString(),
    until: row.leaseUntil.toISOString(),
  };
}
