import { sql } from 'kysely';
import type { AuditRecord, AuditRow } from '../access-rows.ts';
import type { Connection } from '../connection.ts';

export interface AuditFilter {
  readonly objectId?: string | undefined;
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  /** Included. */
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
}

export interface AuditQuery extends AuditFilter {
  readonly limit: number;
  /** Entries before this one, the newest first. */
  readonly before?: number | undefined;
  /** Entries after this one (0: all), the oldest first. */
  readonly after?: number | undefined;
}

/** The record of who saw and changed what, in a chain of hashes for each laboratory and one for the installation (null). */
export class Audit {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  append(tenantId: string | null, entries: readonly AuditRecord[]): Promise<void> {
    return this.#connection.inTenantOrNone(tenantId, async (tx) => {
      await sql`SELECT append_audit(${JSON.stringify(entries)}::jsonb)`.execute(tx);
    });
  }

  /** Newest first, but for `after`. */
  list(tenantId: string | null, query: AuditQuery): Promise<readonly AuditRow[]> {
    const { limit, before, after, objectId, actorId, action, from, to } = query;
    return this.#connection.inTenantOrNone(tenantId, (tx) => {
      let entries = tx.selectFrom('auditEntries').selectAll();
      if (before !== undefined) entries = entries.where('seq', '<', before);
      if (after !== undefined) entries = entries.where('seq', '>', after);
      if (objectId !== undefined) entries = entries.where('objectId', '=', objectId);
      if (actorId !== undefined) entries = entries.where('actorId', '=', actorId);
      if (action !== undefined) entries = entries.where('action', '=', action);
      if (from !== undefined) entries = entries.where('at', '>=', asWritten(from));
      if (to !== undefined) entries = entries.where('at', '<', asWritten(to));
      return entries
        .orderBy('seq', after === undefined ? 'desc' : 'asc')
        .limit(limit)
        .execute();
    });
  }

  /** Sequence of the first entry that is not as it was written, or is missing; null when the chain is whole. */
  firstBroken(tenantId: string | null): Promise<number | null> {
    return this.#connection.inTenantOrNone(tenantId, async (tx) => {
      const { rows } = await sql<{ seq: number | null }>`SELECT first_broken_audit() AS seq`.execute(tx);
      return rows[0]?.seq ?? null;
    });
  }
}

/** Instants are kept as the text that was hashed, with microseconds, and sort as text. */
function asWritten(instant: Date): string {
  return instant.toISOString().replace('Z', '000Z');
}
