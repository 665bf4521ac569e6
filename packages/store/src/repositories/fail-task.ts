import { ERRORS, type ErrorCode } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../connection.ts';
import { appendEvent, wakeDispatcher } from './append-event.ts';
import { closeTasks } from './close-tasks.ts';
import type { FencedTask } from './fenced.ts';

/** A task that failed, or whose worker died, this many times ends its analysis: the fault goes with it, not with the worker. */
export const MAX_ATTEMPTS = 4;

/**
 * Counts a failure: the task waits for another attempt when the error is retryable and MAX_ATTEMPTS are not used up;
 * otherwise the analysis ends as 'failed' with the code. The caller holds the locks of lockAttempt.
 */
export async function countFailure(tx: Tx, task: FencedTask, code: ErrorCode, detail: string | null): Promise<void> {
  const { taskId, analysisId } = task;
  if (ERRORS[code].retryable && task.failures + 1 < MAX_ATTEMPTS) {
    await sql`
      UPDATE tasks SET state = 'waiting', failures = failures + 1, lease_until = NULL, worker_id = NULL, queued_at = NULL,
        error_code = ${code}, error_detail = ${detail}
      WHERE id = ${taskId}`.execute(tx);
    await appendEvent(tx, analysisId, 'retrying', code);
  } else {
    await sql`
      UPDATE tasks SET state = 'done', failures = failures + 1, lease_until = NULL, finished_at = clock_timestamp(),
        error_code = ${code}, error_detail = ${detail}
      WHERE id = ${taskId}`.execute(tx);
    await sql`
      UPDATE analyses SET state = 'failed', error_code = ${code}, error_detail = ${detail},
        finished_at = clock_timestamp()
      WHERE id = ${analysisId}`.execute(tx);
    await closeTasks(tx, analysisId);
    await appendEvent(tx, analysisId, 'failed', code);
  }
  await wakeDispatcher(tx);
}
