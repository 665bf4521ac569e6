import { type Confidence, GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../../connection.ts';
import type { ReviewRow } from '../../review-rows.ts';
import type { ReviewChangeEntry } from './record-changes.ts';

/** Freezes the edition of an open review that is locked, and lets go of the slide. @throws GigascopeError CONFLICT without a confidence. */
export async function signOff(tx: Tx, review: ReviewRow): Promise<ReviewChangeEntry> {
  const { id, edition, slideId, readerId } = review;
  const { rows } = await sql<{ confidence: Confidence }>`
    UPDATE review_editions SET state = 'signed', signed_at = clock_timestamp(),
      saw_others = EXISTS (SELECT FROM review_sights WHERE slide_id = ${slideId} AND reader_id = ${readerId})
    WHERE review_id = ${id} AND edition = ${edition} AND confidence IS NOT NULL RETURNING confidence`.execute(tx);
  const [signed] = rows;
  if (signed === undefined) throw new GigascopeError('CONFLICT', 'a review is signed with a confidence');
  await sql`DELETE FROM slide_claims WHERE slide_id = ${slideId} AND reader_id = ${readerId}`.execute(tx);
  return { kind: 'signed', subject: String(edition), before: null, after: signed.confidence };
}

/** Lays a new edition over the signed one, with its decisions; answers the review with it. */
export async function amend(tx: Tx, tenantId: string, review: ReviewRow, reason: string): Promise<ReviewRow> {
  const { id, edition } = review;
  await sql`
    INSERT INTO review_editions (review_id, edition, tenant_id, confidence, comment, time_limited, amend_reason)
    SELECT review_id, edition + 1, tenant_id, confidence, comment, time_limited, ${reason}
    FROM review_editions WHERE review_id = ${id} AND edition = ${edition}`.execute(tx);
  await sql`
    INSERT INTO review_decisions (review_id, edition, key, tenant_id, decision)
    SELECT review_id, edition + 1, key, ${tenantId}, decision
    FROM review_decisions WHERE review_id = ${id} AND edition = ${edition}`.execute(tx);
  return { ...review, edition: edition + 1 };
}
