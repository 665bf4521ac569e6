import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { AuditRecord, AuditRow } from '../rows.ts';

export interface AuditQuery {
  readonly limit: number;
  /** Entries before this one. */
  readonly before?: number | undefined;
  readonly objectId?: string | undefined;
}

/** The record of who saw and changed what, in a chain of hashes for each laboratory and one for the installation (null). */
export class Audit {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  append(tenantId: string | null, entries: readonly AuditRecord[]): Promise<void> {
    return this.#in(tenantId, async (tx) => {
      await sql`SELECT append_audit(${JSON.stringify(entries)}::jsonb)`.execute(tx);
    });
  }

  /** Newest first. */
  list(tenantId: string | null, { limit, before, objectId }: AuditQuery): Promise<readonly AuditRow[]> {
    return this.#in(tenantId, (tx) => {
      let query = tx.selectFrom('auditEntries').selectAll();
      if (before !== undefined) query = query.where('seq', '<', before);
      if (objectId !== undefined) query = query.where('objectId', '=', objectId);
      return query.orderBy('seq', 'desc').limit(limit).execute();
    });
  }

  /** Sequence of the first entry that is not as it was written, or is missing; null when the chain is whole. */
  firstBroken(tenantId: string | null): Promise<number | null> {
    return this.#in(tenantId, async (tx) => {
      const { rows } = await sql<{ seq: number | null }>`SELECT first_broken_audit() AS seq`.execute(tx);
      return rows[0]?.seq ?? null;
    });
  }

  #in<T>(tenantId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    return tenantId === null ? this.#connection.inNoTenant(work) : this.#connection.inTenant(tenantId, work);
  }
}
