import { execFile } from 'node:child_process';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EmbeddedPostgres, migrate, type RoleUrls, startEmbeddedPostgres } from '@gigascope/store';

const run = promisify(execFile);
const VARIABLE = 'GIGASCOPE_POSTGRES_TEMPLATE';
const URLS = 'urls.json';
/** What only a crash of the whole machine could tell apart: no test makes one. */
const SETTINGS = '\nfsync = off\nfull_page_writes = off\n';

export interface MigratedPostgres {
  readonly postgres: EmbeddedPostgres;
  readonly urls: RoleUrls;
}

/**
 * Makes the folder of a migrated server that is stopped, for `startMigratedPostgres` to copy in this process and those
 * that it starts: initdb and the migrations are most of what a server of one's own takes.
 */
export async function makePostgresTemplate(folder: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ folder });
  let urls: RoleUrls;
  try {
    urls = await migrate(postgres.ownerUrl, { secretsFolder: postgres.folder });
  } finally {
    await postgres.stop('fast');
  }
  // Where the server's user cannot enter the folder, the server is elsewhere, and so its copies would be.
  if (postgres.folder !== folder) return;
  await appendFile(join(postgres.dataFolder, 'postgresql.conf'), SETTINGS);
  await writeFile(join(folder, URLS), JSON.stringify(urls));
  // Each copy takes a port of its own.
  await rm(join(folder, 'port'));
  process.env[VARIABLE] = folder;
}

/** A server of one's own with the migrated database: a copy of the template where there is one, otherwise made anew. */
export async function startMigratedPostgres(folder: string): Promise<MigratedPostgres> {
  const template = process.env[VARIABLE];
  if (template === undefined) {
    const postgres = await startEmbeddedPostgres({ folder });
    return { postgres, urls: await migrateOrStop(postgres) };
  }
  // Owners are kept: as root, the files belong to the user that Postgres runs as.
  await run('cp', ['-a', template, folder]);
  const postgres = await startEmbeddedPostgres({ folder });
  const urls = JSON.parse(await readFile(join(template, URLS), 'utf8')) as RoleUrls;
  const here = (url: string): string => Object.assign(new URL(url), { port: String(postgres.port) }).href;
  return { postgres, urls: { appUrl: here(urls.appUrl), dispatcherUrl: here(urls.dispatcherUrl) } };
}

async function migrateOrStop(postgres: EmbeddedPostgres): Promise<RoleUrls> {
  try {
    return await migrate(postgres.ownerUrl, { secretsFolder: postgres.folder });
  } catch (error) {
    await postgres.stop('immediate');
    throw error;
  }
}
