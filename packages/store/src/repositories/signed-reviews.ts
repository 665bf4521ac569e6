import { type RawBuilder, sql } from 'kysely';

/** Whether a review `r` that fits was signed off, in any of its editions. */
export function isSigned(which: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (
    SELECT FROM reviews r JOIN review_editions e ON e.review_id = r.id WHERE ${which} AND e.state = 'signed'
  )`;
}
