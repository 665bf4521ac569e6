import { sql } from 'kysely';
import type { Connection } from '../connection.ts';
import { countFailure } from '../repositories/fail-task.ts';
import { lockAttempt } from '../repositories/fenced.ts';
import type { TaskAttempt } from '../rows.ts';

const AT_ONCE = 100;

/** Takes tasks back whose worker no longer renews its lease, counting a failure for each; returns how many. */
export async function expireLeases(connection: Connection): Promise<number> {
  const expired = await connection.inNoTenant(async (tx) => {
    const { rows } = await sql<TaskAttempt>`
      SELECT id AS task_id, attempt FROM tasks WHERE state = 'running' AND lease_until < clock_timestamp()
      ORDER BY lease_until LIMIT ${AT_ONCE}`.execute(tx);
    return rows;
  });
  let count = 0;
  for (const attempt of expired) {
    const taken = await connection.inNoTenant(async (tx) => {
      const task = await lockAttempt(tx, attempt);
      // Looked at again under the lock: it may have been renewed meanwhile.
      const { rows } = await sql`
        SELECT FROM tasks WHERE id = ${attempt.taskId} AND lease_until < clock_timestamp()`.execute(tx);
      if (task === undefined || rows.length === 0) return false;
      await countFailure(tx, task, 'NATIVE_CRASH', 'the worker ended or stopped answering');
      return true;
    });
    if (taken) count++;
  }
  return count;
}
