import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  backup,
  type EmbeddedPostgres,
  migrate,
  openFileBlobs,
  openStore,
  restore,
  startEmbeddedPostgres,
} from '@gigascope/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';
import { asOwner } from '../support/postgres.ts';
import { TENANT_A } from '../support/store-samples.ts';

const isRoot = process.getuid?.() === 0;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let started: EmbeddedPostgres[];
beforeEach(async () => {
  folder = await temporaryFolder();
  await chmod(folder.path, 0o711);
  started = [];
});
afterEach(async () => {
  for (const server of started) await server.stop('immediate').catch(() => {});
  await folder[Symbol.asyncDispose]();
});

async function start(name = 'postgres'): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder: join(folder.path, name) });
  started.push(server);
  return server;
}

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the embedded Postgres', () => {
  it('is version 18 in UTF-8, asks for a password, and listens on 127.0.0.1 only, through all its lives', async () => {
    const first = await start();
    const [row] = await asOwner<Record<string, string>>(
      first.ownerUrl,
      `SELECT current_setting('server_version_num') AS version, current_setting('listen_addresses') AS addresses,
         current_setting('unix_socket_directories') AS sockets, current_setting('server_encoding') AS encoding,
         (SELECT datcollate FROM pg_database WHERE datname = current_database()) AS locale`,
    );
    expect(row).toMatchObject({ addresses: '127.0.0.1', sockets: '', encoding: 'UTF8', locale: 'C.UTF-8' });
    expect(Number(row?.['version'])).toBeGreaterThanOrEqual(180_000);
    const wrong = first.ownerUrl.replace(/:[0-9a-f]{48}@/, ':wrong@');
    expect(wrong).not.toBe(first.ownerUrl);
    await expect(asOwner(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(first.folder, 'owner-secret'))).mode & 0o777).toBe(0o600);
    if (isRoot) expect((await stat(first.dataFolder)).uid).not.toBe(0);
    await asOwner(first.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS seven');

    // A second start adopts it, as after a kill -9 of the process that started it.
    const adopted = await start();
    expect(adopted).toMatchObject({ adopted: true, pid: first.pid, port: first.port, ownerUrl: first.ownerUrl });

    // Its own kill -9 leaves a stale postmaster.pid.
    process.kill(first.pid, 'SIGKILL');
    await vi.waitFor(() => expect(alive(first.pid)).toBe(false), { timeout: 10_000 });
    expect(await readFile(join(first.dataFolder, 'postmaster.pid'), 'utf8')).toContain(String(first.pid));
    const second = await start();
    expect(second).toMatchObject({ adopted: false, port: first.port });
    expect(await asOwner(second.ownerUrl, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);

    // A stale file whose number belongs to another process by now: ours.
    const pidFile = await readFile(join(second.dataFolder, 'postmaster.pid'), 'utf8');
    await second.stop('immediate');
    await writeFile(join(second.dataFolder, 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)));
    const third = await start();
    expect(third.adopted).toBe(false);
    expect(await asOwner(third.ownerUrl, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
    await third.stop();
    // The pid file goes a moment before the process.
    await vi.waitFor(() => expect(alive(third.pid)).toBe(false), { timeout: 10_000 });
    await expect(asOwner(third.ownerUrl, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    // Its port was taken meanwhile.
    const taker = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${third.port},'127.0.0.1',()=>console.log(1))`,
    ]);
    await once(taker.stdout, 'data');
    const fourth = await start();
    taker.kill();
    expect(fourth.port).not.toBe(third.port);
    expect(Number(await readFile(join(fourth.folder, 'port'), 'utf8'))).toBe(fourth.port);
  });

  it('lives on when the process that started it gets SIGINT with its whole group, or kill -9', async () => {
    const path = join(folder.path, 'postgres');
    const script = `
      import { startEmbeddedPostgres } from '@gigascope/store';
      const server = await startEmbeddedPostgres({ folder: ${JSON.stringify(path)} });
      console.log(server.pid);
      setInterval(() => {}, 1000);`;
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd, detached: true });
      const [pid] = await once(child.stdout, 'data');
      process.kill(-(child.pid as number), signal);
      await once(child, 'exit');
      await sleep(300);
      expect(alive(Number(pid))).toBe(true);
      expect(await start()).toMatchObject({ adopted: true, pid: Number(pid) });
    }
  });

  it.skipIf(!isRoot)('lives under /var/lib/gigascope when its user cannot enter a parent folder', async () => {
    const closed = join(folder.path, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const server = await start('closed/postgres');
    expect(server.folder).toMatch(/^\/var\/lib\/gigascope\/[0-9a-f]{16}$/);
    await server.stop();
    expect((await start('closed/postgres')).folder).toBe(server.folder);
    await started.at(-1)?.stop();
    await rm(server.folder, { recursive: true });
  });

  it('is migrated by 3 processes at once to one schema, and again without a change', async () => {
    const server = await start();
    const options = { secretsFolder: server.folder };
    const urls = await Promise.all([1, 2, 3].map(() => migrate(server.ownerUrl, options)));
    expect(new Set(urls.map((each) => JSON.stringify(each))).size).toBe(1);
    const ran = () => asOwner<{ name: string }>(server.ownerUrl, 'SELECT name, run_on FROM migrations ORDER BY id');
    const before = await ran();
    const files = (await readdir(fileURLToPath(new URL('../../migrations', import.meta.url)))).toSorted();
    expect(before.map(({ name }) => `${name}.sql`)).toEqual(files);
    await migrate(server.ownerUrl, options);
    expect(await ran()).toEqual(before);
    expect((await stat(join(server.folder, 'role-secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('comes back from a backup that was taken while 200 slides were being entered', async () => {
    const server = await start();
    const { appUrl } = await migrate(server.ownerUrl, { secretsFolder: server.folder });
    const blobsFolder = join(folder.path, 'blobs');
    const blobs = await openFileBlobs(blobsFolder);
    await using app = openStore({ databaseUrl: appUrl, role: 'app', maxConnections: 2 });
    const enter = async (i: number) => {
      const { key, sha256, sizeBytes } = await blobs.put(Buffer.from(`slide ${i}`), {
        extension: '.svs',
        ownFolder: true,
      });
      await app.slides.create(TENANT_A, { name: `${i}`, sizeBytes, sha256, blobKey: key });
    };
    for (let i = 0; i < 100; i++) await enter(i);
    const target = join(folder.path, 'backup');
    const entering = (async () => {
      for (let i = 100; i < 200; i++) await enter(i);
    })();
    await backup({ postgres: server, blobsFolder, target });
    await entering;
    await expect(backup({ postgres: server, blobsFolder, target })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });

    const restored = { folder: join(folder.path, 'restored'), blobsFolder: join(folder.path, 'restored-blobs') };
    await restore({ source: target, ...restored });
    await expect(restore({ source: target, ...restored })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    const second = await start('restored');
    expect(second.port).not.toBe(server.port);
    const again = await migrate(second.ownerUrl, { secretsFolder: second.folder });
    await using copy = openStore({ databaseUrl: again.appUrl, role: 'app', maxConnections: 2 });
    const { rows } = await copy.slides.list(TENANT_A, { limit: 1000 });
    expect(rows.length).toBeGreaterThanOrEqual(100);
    const copied = await openFileBlobs(restored.blobsFolder);
    for (const { name, blobKey } of rows) expect(String(await copied.read(blobKey))).toBe(`slide ${name}`);
  });
});
