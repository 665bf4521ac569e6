import { sql } from 'kysely';
import type { Tx } from '../connection.ts';

/** How long a claimed slide is held without any activity. */
export const LEASE_MINUTES = 30;

/** Holds a slide on for the one who has claimed it; nothing where it is another's or nobody's. */
export async function renewClaim(tx: Tx, slideId: string, readerId: string): Promise<void> {
  await sql`
    UPDATE slide_claims SET lease_until = clock_timestamp() + make_interval(mins => ${LEASE_MINUTES})
    WHERE slide_id = ${slideId} AND reader_id = ${readerId}`.execute(tx);
}
