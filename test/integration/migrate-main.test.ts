import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openStore, startEmbeddedPostgres } from '@gigascope/store';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';

const ENTRY = fileURLToPath(new URL('../../packages/store/src/migrate-main.ts', import.meta.url));

it('lets both roles in with the passwords of the environment, and may run twice, as a container’s first step does', async () => {
  await using work = await temporaryFolder();
  await using postgres = await startEmbeddedPostgres({ folder: work.path });
  const env = { ...process.env, DATABASE_URL: postgres.ownerUrl, APP_PASSWORD: 'one', DISPATCHER_PASSWORD: 'two' };
  for (let run = 0; run < 2; run += 1) await promisify(execFile)(process.execPath, [ENTRY], { env });
  for (const [role, user, password] of [
    ['app', 'gigascope_app', 'one'],
    ['dispatcher', 'gigascope_dispatcher', 'two'],
  ] as const) {
    const url = new URL(postgres.ownerUrl);
    url.username = user;
    url.password = password;
    await using store = openStore({ databaseUrl: url.href, role, maxConnections: 1 });
    await expect(store.ping()).resolves.toBeUndefined();
  }
});
