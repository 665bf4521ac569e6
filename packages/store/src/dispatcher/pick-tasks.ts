import { sql } from 'kysely';
import type { Connection } from '../connection.ts';
import { WORKER_GONE_AFTER_MS } from '../repositories/workers.ts';
import type { Lane, TaskAttempt, TaskKind } from '../rows.ts';

/** The queue holds at most this many tasks for each that the workers can run at once: order stays Postgres's to decide. */
const QUEUED_PER_CAPACITY = 2;

export interface QueuedTask extends TaskAttempt {
  readonly kind: TaskKind;
  readonly lane: Lane;
  readonly priority: number;
}

/**
 * Moves the next waiting tasks to 'queued', as many as there is room for, and returns them in their order: lane, then
 * priority, then laboratories in turns (each laboratory's next task stands behind as many as it has in flight), then
 * deadline and age of the analysis, so that slides complete one after another. In SQL, `pick_tasks`, whose plan is kept: planning it
 * takes ten times as long as running it, and the dispatcher asks with every task that ends.
 */
export function pickTasks(connection: Connection): Promise<readonly QueuedTask[]> {
  return connection.inNoTenant(async (tx) => {
    const { rows } = await sql<QueuedTask>`
      SELECT task_id, attempt, kind, lane, priority
      FROM pick_tasks(${QUEUED_PER_CAPACITY}, make_interval(secs => ${WORKER_GONE_AFTER_MS / 1000}))
      ORDER BY place`.execute(tx);
    return rows;
  });
}

/** The tasks that have been 'queued' for longer than that, oldest first: each should have a job in the queue. */
export function queuedTasks(connection: Connection, olderThanMs: number): Promise<readonly QueuedTask[]> {
  return connection.inNoTenant(async (tx) => {
    const { rows } = await sql<QueuedTask>`
      SELECT t.id AS task_id, t.attempt, t.kind, a.lane, a.priority
      FROM tasks t JOIN analyses a ON a.id = t.analysis_id
      WHERE t.state = 'queued' AND t.queued_at <= clock_timestamp() - make_interval(secs => ${olderThanMs / 1000})
      ORDER BY t.queued_at, t.id`.execute(tx);
    return rows;
  });
}
