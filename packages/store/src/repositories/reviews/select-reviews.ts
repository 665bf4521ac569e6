import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../connection.ts';
import type { ReviewRow } from '../../review-rows.ts';

/** Reviews with the state of their newest edition; `r` and `e` in the condition. */
export async function selectReviews(tx: Tx, condition: RawBuilder<unknown>): Promise<readonly ReviewRow[]> {
  const { rows } = await sql<ReviewRow>`
    SELECT r.id, r.analysis_id, r.slide_id, r.reader_kind, r.reader_id, r.reader_name, r.purpose, r.version, r.edition,
      e.state, e.opened_at, e.signed_at
    FROM reviews r JOIN review_editions e ON e.review_id = r.id AND e.edition = r.edition
    WHERE ${condition} ORDER BY r.id`.execute(tx);
  return rows;
}

/**
 * Whether the reader is at a reading of the slide that is not signed, and so is blinded to the others'. An adjudication is
 * no reading: it is made from the others'.
 */
export async function isReading(tx: Tx, tenantId: string, slideId: string, readerId: string): Promise<boolean> {
  const open = await selectReviews(
    tx,
    sql`r.tenant_id = ${tenantId} AND r.slide_id = ${slideId} AND r.reader_id = ${readerId}
      AND r.purpose <> 'adjudication' AND e.state = 'open'`,
  );
  return open.length > 0;
}

/** Notes that a reader was shown another's review of a slide. */
export async function noteSight(tx: Tx, tenantId: string, slideId: string, readerId: string): Promise<void> {
  await sql`
    INSERT INTO review_sights (slide_id, reader_id, tenant_id) VALUES (${slideId}, ${readerId}, ${tenantId})
    ON CONFLICT DO NOTHING`.execute(tx);
}
