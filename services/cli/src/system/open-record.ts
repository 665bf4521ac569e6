import { join, resolve } from 'node:path';
import { CONNECTIONS, migrate, openStore, type Store, startEmbeddedPostgres } from '@gigascope/store';
import { config } from '../config.ts';

/** What the app role may do, whoever's address it is: so that row-level security also binds the database's owner. */
const AS_APP = '-c role=gigascope_app';

/**
 * Opens the database of a data folder, or the one at DATABASE_URL, without the API: for what must be there before anyone can
 * use that. An embedded server that runs already is used and left running.
 */
export async function openRecord(dataFolder: string, opened: AsyncDisposableStack): Promise<Store> {
  const databaseUrl = await appUrl(dataFolder, opened);
  return opened.use(openStore({ databaseUrl, role: 'app', maxConnections: Math.min(2, CONNECTIONS.api) }));
}

async function appUrl(dataFolder: string, opened: AsyncDisposableStack): Promise<string> {
  if (config.databaseUrl !== undefined) {
    const url = new URL(config.databaseUrl);
    url.search = `${url.search}${url.search === '' ? '?' : '&'}options=${encodeURIComponent(AS_APP)}`;
    return url.href;
  }
  const postgres = await startEmbeddedPostgres({ folder: join(resolve(dataFolder), 'postgres') });
  // One that ran before is somebody else's to stop.
  opened.defer(async () => {
    if (!postgres.adopted) await postgres.stop();
  });
  return (await migrate(postgres.ownerUrl, { secretsFolder: postgres.folder })).appUrl;
}
