import { sql } from 'kysely';
import type { SessionRow } from '../access-rows.ts';
import type { Connection } from '../connection.ts';

export interface NewSession {
  /** SHA-256 of the session's secret. */
  readonly hash: Buffer;
  /** Who opened it: a person, or a key that was typed in. */
  readonly by: { readonly kind: 'key' | 'user'; readonly id: string };
  readonly expiresAt: Date;
}

/** Sessions of browsers. They end by themselves: see find_session in migrations/0012. */
export class Sessions {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Forgets, beside it, those of the laboratory that are over. */
  create(tenantId: string | null, { hash, by, expiresAt }: NewSession): Promise<void> {
    return this.#connection.inTenantOrNone(tenantId, async (tx) => {
      await tx.deleteFrom('sessions').where('expiresAt', '<', sql<Date>`clock_timestamp()`).execute();
      const opener = { userId: by.kind === 'user' ? by.id : null, apiKeyId: by.kind === 'key' ? by.id : null };
      await tx
        .insertInto('sessions')
        .values({ ...opener, tenantId, hash, expiresAt })
        .execute();
    });
  }

  /** The session whose secret's SHA-256 this is; null when it is over, or what it was opened by no longer holds. */
  find(hash: Buffer): Promise<SessionRow | null> {
    return this.#connection.inNoTenant(async (tx) => {
      const { rows } = await sql<SessionRow>`
        SELECT id, tenant_id, kind, principal_id, name, roles, phi, only_permissions, expires_at
        FROM find_session(${hash})`.execute(tx);
      return rows[0] ?? null;
    });
  }

  end(tenantId: string | null, id: string): Promise<void> {
    return this.#connection.inTenantOrNone(tenantId, async (tx) => {
      await tx.deleteFrom('sessions').where('id', '=', id).execute();
    });
  }
}
