import type { Connection } from '../connection.ts';
import type { TenantRow } from '../rows.ts';

/** The laboratories of the installation. */
export class Tenants {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  create(name: string, claim: string | null): Promise<TenantRow> {
    return this.#connection.inNoTenant((tx) =>
      tx.insertInto('tenants').values({ name, claim }).returningAll().executeTakeFirstOrThrow(),
    );
  }

  list(): Promise<readonly TenantRow[]> {
    return this.#connection.inNoTenant((tx) => tx.selectFrom('tenants').selectAll().orderBy('name').execute());
  }
}
