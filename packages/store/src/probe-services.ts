import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GigascopeError } from '@gigascope/contracts';
import pg from 'pg';
import { clientConfig } from './connection.ts';
import { toDatabaseError } from './database-error.ts';
import { findBinaries } from './embedded/binaries.ts';
import { connectRedis } from './queue/connect-redis.ts';

/** Asks the Postgres at a URL for its version. Throws DATABASE_UNAVAILABLE. */
export async function probePostgres(url: string): Promise<string> {
  const client = new pg.Client(clientConfig(url, 'gigascope doctor'));
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>('SHOW server_version');
    return rows[0]?.version ?? 'unknown';
  } catch (error) {
    throw toDatabaseError(error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Runs the embedded server's program for its version; throws when this platform has none. */
export async function probeEmbeddedPostgres(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gigascope-doctor-'));
  try {
    const { pgCtl } = await findBinaries(undefined, folder);
    const { stdout } = await promisify(execFile)(pgCtl, ['--version']);
    return stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Asks the Redis at a URL whether it keeps what it holds over its own death. Throws QUEUE_UNAVAILABLE when it does not answer. */
export async function probeRedis(url: string): Promise<{ readonly appendOnly: boolean }> {
  const { client, release } = await connectRedis(url, () => {}).catch((cause: Error) => {
    throw new GigascopeError('QUEUE_UNAVAILABLE', cause.message, { cause });
  });
  try {
    const info = await client.info('persistence');
    return { appendOnly: /aof_enabled:1/.test(info) };
  } finally {
    release();
  }
}
