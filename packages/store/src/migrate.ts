import { fileURLToPath } from 'node:url';
import { runMigrations as migrateQueue } from 'bullmq';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { clientConfig } from './connection.ts';
import { toDatabaseError } from './database-error.ts';
import { QUEUE_SCHEMA } from './queue/queue-schema.ts';
import { type RoleSecrets, readRoleSecrets } from './role-secrets.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url));
/** "giga"; held from the first statement to the last, so that two processes that start at once take turns. */
const LOCK = 0x67696761;

export type MigrateOptions =
  /** Where the roles' generated passwords are kept (role-secrets.json, 0600); all processes share it. */
  | { readonly secretsFolder: string }
  /** Passwords that somebody else keeps, as where each process runs in a container of its own. */
  | { readonly passwords: RoleSecrets };

export interface RoleUrls {
  /** NOSUPERUSER NOBYPASSRLS: sees the rows of the laboratory that its transaction names. */
  readonly appUrl: string;
  /** NOSUPERUSER NOBYPASSRLS, with policies that show it all laboratories: for workers and the dispatcher. */
  readonly dispatcherUrl: string;
}

/** Brings the database at `ownerUrl` to this code's schema, forward only, and makes the two roles. Idempotent. */
export async function migrate(ownerUrl: string, options: MigrateOptions): Promise<RoleUrls> {
  const secrets = 'passwords' in options ? options.passwords : await readRoleSecrets(options.secretsFolder);
  const client = new pg.Client(clientConfig(ownerUrl, 'gigascope migrate'));
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await makeRole(client, 'gigascope_app', secrets.app);
    await makeRole(client, 'gigascope_dispatcher', secrets.dispatcher);
    await runner({
      dbClient: client,
      dir: MIGRATIONS,
      direction: 'up',
      migrationsTable: 'migrations',
      checkOrder: true,
      noLock: true,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    await migrateQueue(client, QUEUE_SCHEMA);
    await client.query(`
      GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO gigascope_dispatcher;
      GRANT ALL ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO gigascope_dispatcher;
      GRANT ALL ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO gigascope_dispatcher;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO gigascope_dispatcher`);
  } catch (error) {
    throw toDatabaseError(error);
  } finally {
    await client.end().catch(() => {});
  }
  return {
    appUrl: urlAs(ownerUrl, 'gigascope_app', secrets.app),
    dispatcherUrl: urlAs(ownerUrl, 'gigascope_dispatcher', secrets.dispatcher),
  };
}

/** Roles belong to the server, not to the database, so that this also runs where they exist already. */
async function makeRole(client: pg.Client, name: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${verb} ROLE ${name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD ${client.escapeLiteral(password)}`,
  );
}

function urlAs(ownerUrl: string, user: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = user;
  url.password = password;
  return url.href;
}
