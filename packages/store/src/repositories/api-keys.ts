import { sql } from 'kysely';
import type { ApiKeyRow } from '../access-rows.ts';
import type { Connection } from '../connection.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';

export type NewApiKey = Pick<
  ApiKeyRow,
  'name' | 'hint' | 'roles' | 'phi' | 'onlyPermissions' | 'createdBy' | 'expiresAt'
> & {
  /** SHA-256 of the key. */
  readonly hash: Buffer;
};

const COLUMNS = [
  'id',
  'tenantId',
  'name',
  'hint',
  'roles',
  'phi',
  'onlyPermissions',
  'createdBy',
  'createdAt',
  'expiresAt',
  'usedAt',
  'revokedAt',
] as const;

/** Keys of lab systems and scripts. `tenantId` null: the installation's own. */
export class ApiKeys {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  create(tenantId: string | null, key: NewApiKey): Promise<ApiKeyRow> {
    return this.#connection.inTenantOrNone(tenantId, (tx) =>
      tx
        .insertInto('apiKeys')
        .values({
          ...key,
          tenantId,
          roles: [...key.roles],
          onlyPermissions: key.onlyPermissions && [...key.onlyPermissions],
        })
        .returning(COLUMNS)
        .executeTakeFirstOrThrow(),
    );
  }

  /** The key whose SHA-256 this is, of whichever laboratory; null when there is none, or it has expired or was revoked. */
  find(hash: Buffer): Promise<ApiKeyRow | null> {
    return this.#connection.inNoTenant(async (tx) => {
      const { rows } = await sql<ApiKeyRow>`
        SELECT id, tenant_id, name, hint, roles, phi, only_permissions, created_by, created_at, expires_at, used_at, revoked_at
        FROM find_api_key(${hash})`.execute(tx);
      return rows[0] ?? null;
    });
  }

  /** Newest first, revoked ones too. */
  list(tenantId: string | null, { limit, cursor }: PageRequest): Promise<Page<ApiKeyRow>> {
    return this.#connection.inTenantOrNone(tenantId, async (tx) => {
      let query = tx.selectFrom('apiKeys').select(COLUMNS);
      if (cursor !== undefined) query = query.where('id', '<', cursor);
      return pageOf(
        await query
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
        limit,
      );
    });
  }

  /** null when there is no such key. Ends the sessions that were opened with it. Revoking twice is fine. */
  revoke(tenantId: string | null, id: string): Promise<ApiKeyRow | null> {
    return this.#connection.inTenantOrNone(tenantId, async (tx) => {
      const query = tx.updateTable('apiKeys').set({ revokedAt: sql`coalesce(revoked_at, clock_timestamp())` });
      const row = await query.where('id', '=', id).returning(COLUMNS).executeTakeFirst();
      if (row !== undefined) await tx.deleteFrom('sessions').where('apiKeyId', '=', id).execute();
      return row ?? null;
    });
  }
}
