import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedPostgres, openStore, type RoleUrls, type Store } from '@gigascope/store';
import pg from 'pg';
import { temporaryFolder } from './fixtures.ts';
import { startMigratedPostgres } from './postgres-template.ts';

/** A database of its own on the test file's server, migrated. */
export interface TestDatabase extends RoleUrls {
  /** As a superuser: sees everything, for looking into tables. */
  readonly ownerUrl: string;
}

export interface TestServer extends AsyncDisposable {
  readonly postgres: EmbeddedPostgres;
  /** Of the template. */
  readonly urls: RoleUrls;
  /** Copies the migrated template. */
  database(): Promise<TestDatabase>;
}

/** A real PostgreSQL for one test file. */
export async function startTestServer(): Promise<TestServer> {
  const folder = await temporaryFolder();
  // mkdtemp's folder is its maker's alone, and as root the server runs as another user.
  await chmod(folder.path, 0o711);
  const { postgres, urls } = await startMigratedPostgres(join(folder.path, 'postgres'));
  let count = 0;
  return {
    ...{ postgres, urls },
    async database() {
      const name = `test_${++count}`;
      await asOwner(urlOf(postgres.ownerUrl, 'postgres'), `CREATE DATABASE ${name} TEMPLATE gigascope`);
      return {
        ownerUrl: urlOf(postgres.ownerUrl, name),
        appUrl: urlOf(urls.appUrl, name),
        dispatcherUrl: urlOf(urls.dispatcherUrl, name),
      };
    },
    async [Symbol.asyncDispose]() {
      await postgres.stop('immediate');
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Runs one statement as the superuser. */
export async function asOwner<Row>(url: string, statement: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
}

export interface TestStores extends AsyncDisposable {
  readonly app: Store;
  readonly dispatcher: Store;
}

export function openStores(database: TestDatabase, maxConnections = 4): TestStores {
  const app = openStore({ databaseUrl: database.appUrl, role: 'app', maxConnections });
  const dispatcher = openStore({ databaseUrl: database.dispatcherUrl, role: 'dispatcher', maxConnections });
  return {
    app,
    dispatcher,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await dispatcher[Symbol.asyncDispose]();
    },
  };
}

function urlOf(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href;
}
