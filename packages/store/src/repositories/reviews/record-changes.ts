import { sql } from 'kysely';
import type { Tx } from '../../connection.ts';
import type { Reader, ReviewChangeRow, ReviewRow } from '../../review-rows.ts';
import { renewClaim } from '../renew-claim.ts';

export type ReviewChangeEntry = Pick<ReviewChangeRow, 'kind' | 'subject' | 'before' | 'after'>;

/** Counts the review's version up, writes what changed to its history, and renews the reader's claim of the slide. */
export async function recordChanges(
  tx: Tx,
  tenantId: string,
  review: Pick<ReviewRow, 'id' | 'slideId' | 'version' | 'edition'>,
  reader: Reader,
  changes: readonly ReviewChangeEntry[],
): Promise<void> {
  const version = review.version + 1;
  await sql`UPDATE reviews SET version = ${version}, edition = ${review.edition} WHERE id = ${review.id}`.execute(tx);
  await appendChanges(tx, tenantId, { ...review, version }, reader, changes);
  await renewClaim(tx, review.slideId, reader.id);
}

/** Writes to the history of a review, whose version has been counted up. */
export async function appendChanges(
  tx: Tx,
  tenantId: string,
  { id, version, edition }: Pick<ReviewRow, 'id' | 'version' | 'edition'>,
  reader: Reader,
  changes: readonly ReviewChangeEntry[],
): Promise<void> {
  await sql`
    INSERT INTO review_changes (review_id, version, place, tenant_id, edition, actor_kind, actor_id, actor_name, kind,
      subject, before, after)
    SELECT ${id}, ${version}, place, ${tenantId}, ${edition}, ${reader.kind}, ${reader.id}, ${reader.name}, kind, subject,
      nullif(before, 'null'), nullif(after, 'null')
    FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) AS (
      kind text, subject text, before jsonb, after jsonb
    )) WITH ORDINALITY AS change (kind, subject, before, after, place)`.execute(tx);
}
