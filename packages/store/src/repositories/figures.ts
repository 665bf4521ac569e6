import { sql } from 'kysely';
import type { Connection } from '../connection.ts';

/** Counts rows of all laboratories by state; states without rows are absent. */
export function countStates(connection: Connection, subject: 'analyses' | 'tasks'): Promise<Record<string, number>> {
  return connection.inNoTenant(async (tx) => {
    const { rows } = await sql<{ state: string; count: number }>`
      SELECT state, count FROM figures() WHERE subject = ${subject}`.execute(tx);
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  });
}
