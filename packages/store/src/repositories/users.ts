import { GigascopeError, type Role } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { UserRow } from '../access-rows.ts';
import type { Connection } from '../connection.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';

/** Somebody whom the identity provider vouches for. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  /** Given on first sight only; after that the laboratory decides. */
  readonly roles: readonly Role[];
}

export interface UserChange {
  readonly roles?: readonly Role[] | undefined;
  readonly phi?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

const COLUMNS = [
  'id',
  'tenantId',
  'issuer',
  'subject',
  'name',
  'roles',
  'phi',
  'disabledAt',
  'createdAt',
  'seenAt',
] as const;
const SEEN_EVERY_MS = 60_000;

/** People who sign in by the identity provider. `tenantId` null: the installation's operators. */
export class Users {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * The row of somebody who was verified to be this person, made on first sight.
   * @throws GigascopeError FORBIDDEN when they are disabled or known in another laboratory.
   */
  async meet(tenantId: string | null, person: Person): Promise<UserRow> {
    const user = (await this.#find(person)) ?? (await this.#create(tenantId, person));
    if (user.tenantId !== tenantId) throw new GigascopeError('FORBIDDEN', 'the account belongs to another laboratory');
    if (user.disabledAt !== null) throw new GigascopeError('FORBIDDEN', 'the account is disabled');
    const seenLately = user.seenAt !== null && Date.now() - user.seenAt.getTime() < SEEN_EVERY_MS;
    if (user.name === person.name && seenLately) return user;
    return this.#connection.inTenantOrNone(tenantId, (tx) =>
      tx
        .updateTable('users')
        .set({ name: person.name, seenAt: sql`clock_timestamp()` })
        .where('id', '=', user.id)
        .returning(COLUMNS)
        .executeTakeFirstOrThrow(),
    );
  }

  /** Newest first. */
  list(tenantId: string | null, { limit, cursor }: PageRequest): Promise<Page<UserRow>> {
    return this.#connection.inTenantOrNone(tenantId, async (tx) => {
      let query = tx.selectFrom('users').select(COLUMNS);
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

  /** null when the laboratory has no such user. Disabling ends their sessions. */
  change(tenantId: string | null, id: string, { roles, phi, disabled }: UserChange): Promise<UserRow | null> {
    return this.#connection.inTenantOrNone(tenantId, async (tx) => {
      const row = await tx
        .updateTable('users')
        .set({
          id: sql`id`,
          ...(roles === undefined ? {} : { roles: [...roles] }),
          ...(phi === undefined ? {} : { phi }),
          ...(disabled === undefined
            ? {}
            : { disabledAt: disabled ? sql`coalesce(disabled_at, clock_timestamp())` : null }),
        })
        .where('id', '=', id)
        .returning(COLUMNS)
        .executeTakeFirst();
      if (row !== undefined && disabled === true) await tx.deleteFrom('sessions').where('userId', '=', id).execute();
      return row ?? null;
    });
  }

  #find({ issuer, subject }: Person): Promise<UserRow | null> {
    return this.#connection.inNoTenant(async (tx) => {
      const { rows } = await sql<UserRow>`
        SELECT id, tenant_id, issuer, subject, name, roles, phi, disabled_at, created_at, seen_at
        FROM find_user(${issuer}, ${subject})`.execute(tx);
      return rows[0] ?? null;
    });
  }

  /** Of two requests that see somebody first, one makes the row and both get it. */
  async #create(tenantId: string | null, person: Person): Promise<UserRow> {
    await this.#connection.inTenantOrNone(tenantId, (tx) =>
      tx
        .insertInto('users')
        .values({ ...person, roles: [...person.roles], tenantId, phi: false, seenAt: new Date() })
        .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
        .execute(),
    );
    const user = await this.#find(person);
    if (user === null) throw new GigascopeError('INTERNAL', 'a user was not kept');
    return user;
  }
}
