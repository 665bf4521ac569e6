import { setTimeout as sleep } from 'node:timers/promises';
import { CamelCasePlugin, Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';
import { isConflict, toDatabaseError } from './database-error.ts';

const CONFLICT_TRIES = 5;
const CONNECT_TIMEOUT_MS = 5_000;
/** A lost network shows after this long at the latest; no statement of this package runs nearly as long. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** A transaction, which every repository function runs in. */
export type Tx = Transaction<Database>;

/** bigint counts bytes, cells and events here, all below 2^53, so it is read as a number. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};

export interface ConnectionOptions {
  readonly databaseUrl: string;
  readonly maxConnections: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

/** How a single connection outside the pool is configured alike. */
export function clientConfig(databaseUrl: string, applicationName: string): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types,
  };
}

/**
 * Keeps a lost connection from ending the process: pg emits it as an 'error' on the pool for idle connections, and on the
 * connection itself while it is in use, where its query fails anyway.
 */
export function surviveLostConnections(pool: pg.Pool): void {
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
}

/** A value for a jsonb column; pg would turn arrays into Postgres arrays. */
export function jsonValue<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}

/** A pool of connections to Postgres. Everything it throws is a GigascopeError. */
export class Connection implements AsyncDisposable {
  readonly #db: Kysely<Database>;
  readonly #options: ConnectionOptions;
  readonly #pool: pg.Pool;
  #closed: Promise<void> | undefined;

  constructor(options: ConnectionOptions) {
    const { databaseUrl, maxConnections, applicationName } = options;
    this.#options = options;
    this.#pool = new pg.Pool({
      ...clientConfig(databaseUrl, applicationName),
      max: maxConnections,
      idleTimeoutMillis: 30_000,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    });
    surviveLostConnections(this.#pool);
    this.#db = new Kysely<Database>({
      dialect: new PostgresDialect({ pool: this.#pool }),
      plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    });
  }

  /** Runs `work` in one transaction that sees only the rows of one laboratory. */
  inTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction(async (tx) => {
      await sql`SELECT set_config('app.tenant', ${tenantId}, true)`.execute(tx);
      return work(tx);
    });
  }

  /** Runs `work` in one transaction without a laboratory: the dispatcher role sees all rows, the app role none. */
  inNoTenant<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transaction(work);
  }

  /** `inTenant`, or for null `inNoTenant`: of what belongs to the installation, the app role then sees that. */
  inTenantOrNone<T>(tenantId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    return tenantId === null ? this.inNoTenant(work) : this.inTenant(tenantId, work);
  }

  /** A connection beside the pool, not yet made; the caller's to end. */
  newClient(purpose: string): pg.Client {
    return new pg.Client(clientConfig(this.#options.databaseUrl, `${this.#options.applicationName} ${purpose}`));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#db.destroy();
    return this.#closed;
  }

  async #transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#db.transaction().execute(work);
      } catch (error) {
        if (!isConflict(error) || tries === CONFLICT_TRIES) throw toDatabaseError(error);
        await sleep(tries * 10 * Math.random());
      }
    }
  }
}
