import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../connection.ts';
import type { DecisionRow, EditionRow } from '../../review-rows.ts';

/** What is counted of one edition's reading at most: nobody looks at one slide for longer. */
const MAX_READING_MS = 8 * 60 * 60 * 1000;

/** Milliseconds of an edition's attention; beside its columns. */
export const READING_MS: RawBuilder<number> = sql`least(${sql.lit(MAX_READING_MS)}, coalesce(
  (SELECT extract(epoch FROM sum(upper(period) - lower(period))) * 1000 FROM unnest(attention) AS period), 0))::integer`;

/** Editions with their decisions; `review_editions` is `e` in the condition. */
export async function selectEditions(tx: Tx, condition: RawBuilder<unknown>): Promise<readonly EditionRow[]> {
  const { rows } = await sql<Omit<EditionRow, 'decisions'>>`
    SELECT review_id, edition, state, confidence, comment, time_limited, ${READING_MS} AS reading_ms, saw_others,
      amend_reason, opened_at, signed_at
    FROM review_editions e WHERE ${condition} ORDER BY review_id`.execute(tx);
  if (rows.length === 0) return [];
  const decisions = await decisionsOf(tx, rows);
  return rows.map((row) => ({ ...row, decisions: decisions.get(`${row.reviewId} ${row.edition}`) ?? [] }));
}

/** Lesions, detections and segments by rank, then what was added. */
async function decisionsOf(
  tx: Tx,
  editions: readonly Pick<EditionRow, 'reviewId' | 'edition'>[],
): Promise<ReadonlyMap<string, DecisionRow[]>> {
  const { rows } = await sql<DecisionRow & { reviewId: string; edition: number }>`
    SELECT d.review_id, d.edition, d.key, d.decision
    FROM unnest(${editions.map(({ reviewId }) => reviewId)}::uuid[], ${editions.map(({ edition }) => edition)}::integer[])
      AS asked (review_id, edition)
    JOIN review_decisions d ON d.review_id = asked.review_id AND d.edition = asked.edition
    ORDER BY array_position(ARRAY['lesion', 'detection', 'segment', 'added'], split_part(d.key, '-', 1)),
      CASE WHEN d.key LIKE 'added-%' THEN 0 ELSE split_part(d.key, '-', 2)::integer END, d.key`.execute(tx);
  const byEdition = new Map<string, DecisionRow[]>();
  for (const { reviewId, edition, ...row } of rows) {
    const name = `${reviewId} ${edition}`;
    const list = byEdition.get(name);
    if (list === undefined) byEdition.set(name, [row]);
    else list.push(row);
  }
  return byEdition;
}
