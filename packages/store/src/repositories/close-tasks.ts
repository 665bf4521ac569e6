import { sql } from 'kysely';
import type { Tx } from '../connection.ts';

/**
 * Ends all work on an analysis that failed or was canceled: open tasks go, and so do the outputs of finished blocks.
 * The caller holds the analysis's row lock. Tasks are locked in the order of their ids, as everywhere (deadlocks).
 */
export async function closeTasks(tx: Tx, analysisId: string): Promise<void> {
  await sql`SELECT id FROM tasks WHERE analysis_id = ${analysisId} ORDER BY id FOR UPDATE`.execute(tx);
  await sql`DELETE FROM tasks WHERE analysis_id = ${analysisId} AND state <> 'done'`.execute(tx);
  await sql`
    UPDATE tasks SET output = NULL WHERE analysis_id = ${analysisId} AND output IS NOT NULL`.execute(tx);
}
