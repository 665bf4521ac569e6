import { sql } from 'kysely';
import type { Tx } from '../connection.ts';

/**
 * Ends all work on analyses that failed or were canceled: open tasks go, and so do the outputs of finished blocks.
 * The caller holds the analyses' row locks. Tasks are locked in the order of their ids, as everywhere (deadlocks).
 */
export async function closeTasks(tx: Tx, ...analysisIds: readonly string[]): Promise<void> {
  const own = sql`analysis_id = ANY (${analysisIds}::uuid[])`;
  await sql`SELECT count(*) FROM (SELECT id FROM tasks WHERE ${own} ORDER BY id FOR UPDATE) AS locked`.execute(tx);
  await sql`DELETE FROM tasks WHERE ${own} AND state <> 'done'`.execute(tx);
  await sql`UPDATE tasks SET output = NULL WHERE ${own} AND output IS NOT NULL`.execute(tx);
}
