import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { ClaimRow, Reader, ReviewViewer } from '../review-rows.ts';
import { LEASE_MINUTES } from './renew-claim.ts';

/** Who has taken which slide to review it: a lease, so that a reader who went home holds nobody up. */
export class Claims {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Takes a slide or holds it on; null when there is none. @throws GigascopeError SLIDE_CLAIMED. */
  claim(tenantId: string, slideId: string, reader: Reader): Promise<ClaimRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<ClaimRow>`
        INSERT INTO slide_claims AS held (slide_id, tenant_id, reader_kind, reader_id, reader_name, lease_until)
        SELECT id, tenant_id, ${reader.kind}, ${reader.id}, ${reader.name},
          clock_timestamp() + make_interval(mins => ${LEASE_MINUTES})
        FROM slides WHERE id = ${slideId} AND tenant_id = ${tenantId}
        ON CONFLICT (slide_id) DO UPDATE SET reader_kind = excluded.reader_kind, reader_id = excluded.reader_id,
          reader_name = excluded.reader_name, lease_until = excluded.lease_until,
          claimed_at = CASE WHEN held.reader_id = excluded.reader_id THEN held.claimed_at ELSE excluded.claimed_at END
        WHERE held.reader_id = excluded.reader_id OR held.lease_until <= clock_timestamp()
        RETURNING slide_id, reader_kind, reader_id, reader_name, claimed_at, lease_until`.execute(tx);
      if (rows[0] !== undefined) return rows[0];
      const [other] = await currentClaims(tx, tenantId, [slideId]);
      if (other === undefined) return null;
      throw new GigascopeError('SLIDE_CLAIMED', `${other.readerName} until ${other.leaseUntil.toISOString()}`);
    });
  }

  /** Lets go of a slide, also one that is not claimed. @throws GigascopeError FORBIDDEN when it is another's and the viewer is no adjudicator. */
  release(tenantId: string, slideId: string, viewer: ReviewViewer): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await sql`
        DELETE FROM slide_claims WHERE slide_id = ${slideId} AND tenant_id = ${tenantId}
          AND (${viewer.seesAll} OR reader_id = ${viewer.readerId})`.execute(tx);
      const [other] = await currentClaims(tx, tenantId, [slideId]);
      if (other !== undefined) throw new GigascopeError('FORBIDDEN', `the slide is ${other.readerName}’s`);
    });
  }

  /** Those of these slides that are claimed now. */
  ofSlides(tenantId: string, slideIds: readonly string[]): Promise<readonly ClaimRow[]> {
    return this.#connection.inTenant(tenantId, (tx) => currentClaims(tx, tenantId, slideIds));
  }
}

/** Those of these slides that are claimed now. */
export async function currentClaims(
  tx: Tx,
  tenantId: string,
  slideIds: readonly string[],
): Promise<readonly ClaimRow[]> {
  const { rows } = await sql<ClaimRow>`
    SELECT slide_id, reader_kind, reader_id, reader_name, claimed_at, lease_until FROM slide_claims
    WHERE tenant_id = ${tenantId} AND slide_id = ANY(${slideIds}::uuid[]) AND lease_until > clock_timestamp()`.execute(
    tx,
  );
  return rows;
}
