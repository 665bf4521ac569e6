import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../../connection.ts';
import type { ReviewRow } from '../../review-rows.ts';
import { READING_MS } from './select-editions.ts';

export interface AttentionPeriod {
  readonly from: Date;
  readonly to: Date;
}

/** What a client says to be one uninterrupted look is counted for this long. */
const MAX_PERIOD_MINUTES = 10;
const MAX_PERIODS = 10_000;

/**
 * Adds periods to the reading of an open review that is locked, and answers all of it in ms. They are cut to the time
 * since the edition was opened, and what overlaps counts once: two windows, or the same period sent twice.
 */
export async function attend(tx: Tx, { id, edition }: ReviewRow, periods: readonly AttentionPeriod[]): Promise<number> {
  const { rows } = await sql<{ readingMs: number; periods: number }>`
    UPDATE review_editions SET attention = attention + coalesce((
      SELECT range_agg(tstzrange(starts, ends)) FROM (
        SELECT greatest("from", opened_at) AS starts,
          least("to", "from" + make_interval(mins => ${MAX_PERIOD_MINUTES}), statement_timestamp()) AS ends
        FROM jsonb_to_recordset(${JSON.stringify(periods)}::jsonb) AS period ("from" timestamptz, "to" timestamptz)
      ) AS cut WHERE starts < ends
    ), '{}')
    WHERE review_id = ${id} AND edition = ${edition}
    RETURNING ${READING_MS} AS reading_ms, (SELECT count(*) FROM unnest(attention)) AS periods`.execute(tx);
  const { readingMs = 0, periods: kept = 0 } = rows[0] ?? {};
  if (kept > MAX_PERIODS) throw new GigascopeError('CONFLICT', `a reading has at most ${MAX_PERIODS} periods`);
  return readingMs;
}
