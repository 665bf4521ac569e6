import type { ErrorCode } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection } from '../connection.ts';
import type { ClaimedTask, StoredPlan, TaskAttempt } from '../rows.ts';
import { wakeDispatcher } from './append-event.ts';
import { type Claim, claimTask } from './claim-task.ts';
import { type FinishedAnalysis, storeBlock, storePlan, storeResult } from './complete-task.ts';
import { countFailure } from './fail-task.ts';
import { fenced } from './fenced.ts';
import { countStates } from './figures.ts';

/**
 * The units of work, as workers see them; needs the dispatcher role. All that ends an attempt answers false, having
 * written nothing, when the attempt is no longer ours (STALE_ATTEMPT, reported through `onStale`).
 */
export class Tasks {
  readonly #connection: Connection;
  readonly #onStale: (attempt: TaskAttempt) => void;

  constructor(connection: Connection, onStale: (attempt: TaskAttempt) => void) {
    this.#connection = connection;
    this.#onStale = onStale;
  }

  /** Takes a queued task under a new attempt; null when there is nothing to do any more. */
  claim(taskId: string, claim: Claim): Promise<ClaimedTask | null> {
    return claimTask(this.#connection, taskId, claim);
  }

  /** Extends leases; answers those that are still ours. The others were lost or canceled: stop working on them. */
  renew(attempts: readonly TaskAttempt[], leaseMs: number): Promise<readonly TaskAttempt[]> {
    if (attempts.length === 0) return Promise.resolve([]);
    return this.#connection.inNoTenant(async (tx) => {
      const { rows } = await sql<TaskAttempt>`
        WITH ours AS (
          SELECT t.id FROM tasks t
          JOIN jsonb_to_recordset(${JSON.stringify(attempts)}::jsonb) AS held ("taskId" uuid, attempt integer)
            ON t.id = held."taskId" AND t.attempt = held.attempt
          WHERE t.state = 'running' ORDER BY t.id FOR UPDATE OF t
        )
        UPDATE tasks t SET lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000})
        FROM ours WHERE t.id = ours.id RETURNING t.id AS task_id, t.attempt`.execute(tx);
      return rows;
    });
  }

  /** `tissueCells` is row-major [rows, columns], 1 on tissue; `thumbnailKey` a blob. */
  completePlan(
    attempt: TaskAttempt,
    plan: StoredPlan,
    tissueCells: Uint8Array,
    thumbnailKey: string,
  ): Promise<boolean> {
    return fenced(this.#connection, attempt, this.#onStale, (tx, task) =>
      storePlan(tx, task, plan, tissueCells, thumbnailKey),
    );
  }

  /** `output`: in the form of the stage's task, which nothing here looks into. */
  completeBlock(attempt: TaskAttempt, output: Uint8Array): Promise<boolean> {
    return fenced(this.#connection, attempt, this.#onStale, (tx, task) => storeBlock(tx, task, output));
  }

  completeFinish(attempt: TaskAttempt, finished: FinishedAnalysis): Promise<boolean> {
    return fenced(this.#connection, attempt, this.#onStale, (tx, task) => storeResult(tx, task, finished));
  }

  /** Retries, or ends the analysis as 'failed', by the error table and MAX_ATTEMPTS. */
  fail(attempt: TaskAttempt, code: ErrorCode, detail: string | null = null): Promise<boolean> {
    return fenced(this.#connection, attempt, this.#onStale, (tx, task) => countFailure(tx, task, code, detail));
  }

  /** Gives a task back unfinished, for a graceful stop; this counts as no failure. */
  handBack(attempt: TaskAttempt): Promise<boolean> {
    return fenced(this.#connection, attempt, this.#onStale, async (tx, { taskId }) => {
      await sql`
        UPDATE tasks SET state = 'waiting', lease_until = NULL, worker_id = NULL, queued_at = NULL
        WHERE id = ${taskId}`.execute(tx);
      await wakeDispatcher(tx);
    });
  }

  /** How many open tasks all laboratories together have in each state; either role may ask. */
  async counts(): Promise<{ readonly waiting: number; readonly queued: number; readonly running: number }> {
    return { waiting: 0, queued: 0, running: 0, ...(await countStates(this.#connection, 'tasks')) };
  }

  /** The stored outputs of a stage's blocks, of an open analysis, by block index. */
  outputsOf(analysisId: string, stage = 0): Promise<ReadonlyMap<number, Uint8Array<ArrayBuffer>>> {
    return this.#connection.inNoTenant(async (tx) => {
      const { rows } = await sql<{ blockIndex: number; output: Buffer }>`
        SELECT block_index, output FROM tasks
        WHERE analysis_id = ${analysisId} AND stage = ${stage} AND kind = 'block' AND state = 'done' AND output IS NOT NULL
        ORDER BY block_index`.execute(tx);
      return new Map(rows.map(({ blockIndex, output }) => [blockIndex, Uint8Array.from(output)]));
    });
  }
}
