import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import pg from 'pg';
import { clientConfig } from '../connection.ts';
import type { EmbeddedPostgres } from '../embedded/start.ts';
import { writeSecret } from '../write-secret.ts';
import { copyTree } from './copy-tree.ts';
import { BLOBS, DATA, MANIFEST, type Manifest, SECRETS } from './layout.ts';

/** Folders whose content belongs to the running server only (PostgreSQL 18 documentation, 25.3.4.4). */
const OF_THE_RUN = [
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_replslot',
];
const LATER = 'pg_wal';
const LEFT_OUT = /^(postmaster\.(pid|opts)|pg_internal\.init.*|pgsql_tmp.*|current_logfiles.*)$/;

export interface BackupOptions {
  readonly postgres: Pick<EmbeddedPostgres, 'ownerUrl' | 'dataFolder' | 'folder'>;
  readonly blobsFolder: string;
  /** Must not exist, or be empty. It appears whole or not at all. */
  readonly target: string;
}

/**
 * Copies the embedded server's data folder and the blobs while both are in use (there is no pg_dump among the binaries).
 * The database comes first: a blob is written before the row that names it, so every blob that the copy's rows name is
 * there when the blobs are copied. Throws STORAGE_FULL with nothing left behind.
 */
export async function backup({ postgres, blobsFolder, target }: BackupOptions): Promise<void> {
  const whole = resolve(target);
  const draft = `${whole}.partial`;
  await requireEmpty(whole);
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await copyDatabase(postgres, join(draft, DATA));
    for (const name of SECRETS)
      await writeSecret(join(draft, name), await readFile(join(postgres.folder, name), 'utf8'));
    await copyTree(resolve(blobsFolder), join(draft, BLOBS), (path) => path.split(sep)[0] !== 'incoming');
    const manifest: Manifest = { format: 1, createdAt: new Date().toISOString(), postgres: 18 };
    await writeSecret(join(draft, MANIFEST), JSON.stringify(manifest));
    await rm(whole, { recursive: true, force: true });
    await rename(draft, whole);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw toGigascopeError(error);
  }
}

/** Throws ARGUMENT_INVALID when the folder holds anything. */
export async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length > 0) throw new GigascopeError('ARGUMENT_INVALID', `${folder} is not empty`);
}

/** PostgreSQL's low-level base backup, with all the WAL that it needs: the copy starts on its own. */
async function copyDatabase(
  { ownerUrl, dataFolder }: Pick<EmbeddedPostgres, 'ownerUrl' | 'dataFolder'>,
  target: string,
): Promise<void> {
  const client = new pg.Client(clientConfig(ownerUrl, 'gigascope backup'));
  client.on('error', () => {});
  try {
    await client.connect();
    // Keeps the server from recycling WAL that the copy needs; it goes with this session.
    await client.query(`SELECT pg_create_physical_replication_slot('backup_' || pg_backend_pid(), true, true)`);
    await client.query(`SELECT pg_backup_start('gigascope', true)`);
    await copyTree(dataFolder, target, (path) => {
      const [first = '', ...rest] = path.split(sep);
      if (LEFT_OUT.test(path.slice(path.lastIndexOf(sep) + 1))) return false;
      return rest.length === 0 || (first !== LATER && !OF_THE_RUN.includes(first));
    });
    const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
    await writeSecret(join(target, 'backup_label'), rows[0].labelfile);
    await copyTree(join(dataFolder, LATER), join(target, LATER), () => true);
  } finally {
    await client.end().catch(() => {});
  }
}
