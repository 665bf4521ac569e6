import type { Connection } from './connection.ts';
import { toDatabaseError } from './database-error.ts';

/**
 * Runs `work` while holding an advisory lock, on a connection of its own, so that the lock ends with the process; does
 * nothing where another process holds it. Says whether it ran.
 */
export async function withoutOthers(connection: Connection, lock: number, work: () => Promise<void>): Promise<boolean> {
  const client = connection.newClient('sweep');
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS held', [lock]);
    if (rows[0]?.held !== true) return false;
    await work();
    return true;
  } catch (error) {
    throw toDatabaseError(error);
  } finally {
    await client.end().catch(() => {});
  }
}
