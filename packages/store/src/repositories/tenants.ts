import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { TenantRow } from '../access-rows.ts';
import type { Connection, Tx } from '../connection.ts';

export interface TenantChange {
  readonly name?: string | undefined;
  readonly claim?: string | null | undefined;
}

/** The laboratories of the installation. */
export class Tenants {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws GigascopeError CONFLICT when another has this name or claim. */
  create(name: string, claim: string | null): Promise<TenantRow> {
    return this.#connection.inNoTenant(async (tx) => {
      await refuseTaken(tx, null, { name, claim });
      return tx.insertInto('tenants').values({ name, claim }).returningAll().executeTakeFirstOrThrow();
    });
  }

  /** null when there is no such laboratory. @throws GigascopeError CONFLICT when another has this name or claim. */
  change(id: string, { name, claim }: TenantChange): Promise<TenantRow | null> {
    return this.#connection.inNoTenant(async (tx) => {
      await refuseTaken(tx, id, { name, claim });
      const query = tx.updateTable('tenants').set({
        id: sql`id`,
        ...(name === undefined ? {} : { name }),
        ...(claim === undefined ? {} : { claim }),
      });
      return (await query.where('id', '=', id).returningAll().executeTakeFirst()) ?? null;
    });
  }

  list(): Promise<readonly TenantRow[]> {
    return this.#connection.inNoTenant((tx) => tx.selectFrom('tenants').selectAll().orderBy('name').execute());
  }

  /** null when there is no such laboratory. */
  get(id: string): Promise<TenantRow | null> {
    return this.#connection.inTenant(id, async (tx) => {
      return (await tx.selectFrom('tenants').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
    });
  }

  /** The laboratory for which the identity provider's tokens say `claim`. */
  findByClaim(claim: string): Promise<string | null> {
    return this.#connection.inNoTenant(async (tx) => {
      const { rows } = await sql<{ id: string | null }>`SELECT find_tenant(${claim}) AS id`.execute(tx);
      return rows[0]?.id ?? null;
    });
  }
}

/** A broken constraint would not say what is wrong. Taken in turns, so that of two at once the second one sees the first. */
async function refuseTaken(tx: Tx, own: string | null, { name, claim }: TenantChange): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext('gigascope tenants'))`.execute(tx);
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM tenants WHERE (name = ${name ?? null} OR claim = ${claim ?? null})
      AND id IS DISTINCT FROM ${own}::uuid`.execute(tx);
  if (rows.length > 0) throw new GigascopeError('CONFLICT', 'another laboratory has this name or claim');
}
