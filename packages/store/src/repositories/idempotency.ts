import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';

/** How long an answer is kept. */
const KEPT = sql`interval '24 hours'`;
/** Old entries that are removed with each new one, so that they never pile up. */
const REMOVED_AT_ONCE = 20;

/** What makes two requests the same one. */
export interface IdempotencyKey {
  /** Who asks: kind and id. */
  readonly principal: string;
  readonly route: string;
  readonly key: string;
}

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that may be worked on now, and by whom. */
export interface BegunRequest {
  readonly owner: string;
  /** What its result is to be called: the same each time that this request is begun. */
  readonly resultId: string;
}

export type Beginning =
  | ({ readonly kind: 'begun' } & BegunRequest)
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** The key came with another request before. */
  | { readonly kind: 'reused' }
  | { readonly kind: 'in-flight' };

/** Requests that their senders may send again without their being done again, for 24 hours; null: the installation's. */
export class Idempotency {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Takes a request up, unless it is, or was, worked on. A lease that ran out is of a process that is gone. */
  begin(tenantId: string | null, key: IdempotencyKey, fingerprint: Buffer, leaseMs: number): Promise<Beginning> {
    return this.#in(tenantId, async (tx) => {
      const { rows } = await sql<BegunRequest>`
        INSERT INTO idempotency_keys AS k (tenant_id, principal, route, key, fingerprint, lease_until)
        VALUES (${tenantId}, ${key.principal}, ${key.route}, ${key.key}, ${fingerprint},
                clock_timestamp() + make_interval(secs => ${leaseMs / 1000}))
        ON CONFLICT (tenant_id, principal, route, key) DO UPDATE
        SET owner = uuidv7(), lease_until = excluded.lease_until, fingerprint = excluded.fingerprint,
          status = NULL, headers = NULL, body = NULL,
          result_id = CASE WHEN k.created_at < now() - ${KEPT} THEN uuidv7() ELSE k.result_id END,
          created_at = CASE WHEN k.created_at < now() - ${KEPT} THEN clock_timestamp() ELSE k.created_at END
        WHERE k.created_at < now() - ${KEPT}
          OR (k.status IS NULL AND k.lease_until < clock_timestamp() AND k.fingerprint = excluded.fingerprint)
        RETURNING owner, result_id`.execute(tx);
      if (rows[0] === undefined) return present(tx, key, fingerprint);
      await sql`
        DELETE FROM idempotency_keys WHERE ctid IN (
          SELECT ctid FROM idempotency_keys WHERE created_at < now() - ${KEPT}
          ORDER BY created_at LIMIT ${REMOVED_AT_ONCE} FOR UPDATE SKIP LOCKED
        )`.execute(tx);
      return { kind: 'begun', ...rows[0] };
    });
  }

  /** Keeps the answer; nothing where another process took the request over. */
  answer(tenantId: string | null, owner: string, { status, headers, body }: StoredAnswer): Promise<void> {
    return this.#in(tenantId, async (tx) => {
      await sql`
        UPDATE idempotency_keys SET status = ${status}, headers = ${JSON.stringify(headers)}::jsonb, body = ${body}
        WHERE owner = ${owner} AND status IS NULL`.execute(tx);
    });
  }

  /** Lets the request be tried again at once; its result, if there is one, keeps its name. */
  release(tenantId: string | null, owner: string): Promise<void> {
    return this.#in(tenantId, async (tx) => {
      await sql`
        UPDATE idempotency_keys SET lease_until = '-infinity' WHERE owner = ${owner} AND status IS NULL`.execute(tx);
    });
  }

  #in<T>(tenantId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    return tenantId === null ? this.#connection.inNoTenant(work) : this.#connection.inTenant(tenantId, work);
  }
}

async function present(tx: Tx, { principal, route, key }: IdempotencyKey, fingerprint: Buffer): Promise<Beginning> {
  const { rows } = await sql<{ same: boolean; status: number | null; headers: Record<string, string>; body: string }>`
    SELECT fingerprint = ${fingerprint} AS same, status, headers, body FROM idempotency_keys
    WHERE principal = ${principal} AND route = ${route} AND key = ${key}`.execute(tx);
  const [entry] = rows;
  if (entry === undefined) return { kind: 'in-flight' };
  if (!entry.same) return { kind: 'reused' };
  const { status, headers, body } = entry;
  return status === null ? { kind: 'in-flight' } : { kind: 'answered', answer: { status, headers, body } };
}
