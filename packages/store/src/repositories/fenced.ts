import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { TaskAttempt, TaskKind } from '../rows.ts';

/** The task whose attempt is still ours, with its analysis; both rows are locked. */
export interface FencedTask {
  readonly taskId: string;
  readonly kind: TaskKind;
  readonly stage: number;
  readonly analysisId: string;
  readonly tenantId: string;
  readonly failures: number;
}

/**
 * Locks the analysis, then the task (the order that all do it in), and only if this attempt still holds the task.
 * undefined otherwise: the lease ran out and another worker took over, or the analysis ended.
 */
export async function lockAttempt(tx: Tx, { taskId, attempt }: TaskAttempt): Promise<FencedTask | undefined> {
  const analysis = await sql<{ id: string }>`
    SELECT id FROM analyses WHERE id = (SELECT analysis_id FROM tasks WHERE id = ${taskId})
      AND state IN ('queued', 'running') FOR UPDATE`.execute(tx);
  if (analysis.rows.length === 0) return undefined;
  const { rows } = await sql<FencedTask>`
    SELECT id AS task_id, kind, stage, analysis_id, tenant_id, failures FROM tasks
    WHERE id = ${taskId} AND attempt = ${attempt} AND state = 'running' FOR UPDATE`.execute(tx);
  return rows[0];
}

/** Runs `work` under the attempt's locks in one transaction; false, and nothing done, when the attempt is no longer ours. */
export function fenced(
  connection: Connection,
  attempt: TaskAttempt,
  onStale: (attempt: TaskAttempt) => void,
  work: (tx: Tx, task: FencedTask) => Promise<void>,
): Promise<boolean> {
  return connection.inNoTenant(async (tx) => {
    const task = await lockAttempt(tx, attempt);
    if (task === undefined) {
      onStale(attempt);
      return false;
    }
    await work(tx, task);
    return true;
  });
}

/** Closes the task itself. */
export async function markDone(tx: Tx, taskId: string): Promise<void> {
  await sql`
    UPDATE tasks SET state = 'done', lease_until = NULL, finished_at = clock_timestamp() WHERE id = ${taskId}`.execute(
    tx,
  );
}
