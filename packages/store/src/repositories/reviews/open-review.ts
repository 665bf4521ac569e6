import { GigascopeError, type ReviewPurpose } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../../connection.ts';
import type { Reader, ReviewRow } from '../../review-rows.ts';
import { renewClaim } from '../renew-claim.ts';
import { appendChanges } from './record-changes.ts';
import { selectReviews } from './select-reviews.ts';

export interface NewReview {
  readonly analysisId: string;
  readonly reader: Reader;
  /** 'second' where another reader has a first of the slide, else 'first', when it is left out. */
  readonly purpose?: ReviewPurpose | undefined;
  readonly timeLimited: boolean;
}

export interface OpenedReview {
  readonly review: ReviewRow;
  /** false: it was there. */
  readonly made: boolean;
}

/** Opens the reader's review, or finds it; null when there is no such analysis. @throws GigascopeError RESULT_NOT_READY or CONFLICT. */
export async function openReview(tx: Tx, tenantId: string, asked: NewReview): Promise<OpenedReview | null> {
  const { analysisId, reader } = asked;
  const { rows } = await sql<{ slideId: string; state: string }>`
    SELECT slide_id, state FROM analyses WHERE id = ${analysisId} AND tenant_id = ${tenantId}`.execute(tx);
  const [analysis] = rows;
  if (analysis === undefined) return null;
  if (analysis.state !== 'succeeded') throw new GigascopeError('RESULT_NOT_READY', analysis.state);
  // Two readers who open at once are one first and one second.
  await sql`SELECT FROM slides WHERE id = ${analysis.slideId} FOR NO KEY UPDATE`.execute(tx);
  const ofSlide = await selectReviews(tx, sql`r.tenant_id = ${tenantId} AND r.slide_id = ${analysis.slideId}`);
  const own = ofSlide.find((review) => review.analysisId === analysisId && review.readerId === reader.id);
  if (own === undefined) return { review: await insert(tx, tenantId, analysis.slideId, asked, ofSlide), made: true };
  if (asked.purpose !== undefined && asked.purpose !== own.purpose)
    throw new GigascopeError('CONFLICT', `you have a ${own.purpose} review of this analysis`);
  await renewClaim(tx, own.slideId, reader.id);
  return { review: own, made: false };
}

async function insert(
  tx: Tx,
  tenantId: string,
  slideId: string,
  { analysisId, reader, purpose, timeLimited }: NewReview,
  ofSlide: readonly ReviewRow[],
): Promise<ReviewRow> {
  const isFirstTaken = ofSlide.some((review) => review.purpose === 'first' && review.readerId !== reader.id);
  const chosen = purpose ?? (isFirstTaken ? 'second' : 'first');
  const { rows } = await sql<{ id: string }>`
    INSERT INTO reviews (tenant_id, analysis_id, slide_id, reader_kind, reader_id, reader_name, purpose)
    VALUES (${tenantId}, ${analysisId}, ${slideId}, ${reader.kind}, ${reader.id}, ${reader.name}, ${chosen})
    RETURNING id`.execute(tx);
  const id = rows[0]?.id ?? '';
  await sql`
    INSERT INTO review_editions (review_id, edition, tenant_id, time_limited)
    VALUES (${id}, 1, ${tenantId}, ${timeLimited})`.execute(tx);
  const change = { kind: 'opened', subject: chosen, before: null, after: { timeLimited } } as const;
  await appendChanges(tx, tenantId, { id, version: 1, edition: 1 }, reader, [change]);
  await renewClaim(tx, slideId, reader.id);
  const [review] = await selectReviews(tx, sql`r.id = ${id}`);
  if (review === undefined) throw new GigascopeError('INTERNAL', 'a review was entered and not returned');
  return review;
}
