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
 * deadline and age of the analysis, so that slides complete one after another.
 */
export function pickTasks(connection: Connection): Promise<readonly QueuedTask[]> {
  return connection.inNoTenant(async (tx) => {
    const { rows: room } = await sql<{ slots: number }>`
      SELECT ${QUEUED_PER_CAPACITY}
        * coalesce((SELECT sum(capacity) FROM workers
                    WHERE seen_at > clock_timestamp() - make_interval(secs => ${WORKER_GONE_AFTER_MS / 1000})), 0)::integer
        - (SELECT count(*) FROM tasks WHERE state IN ('queued', 'running'))::integer AS slots`.execute(tx);
    const slots = room[0]?.slots ?? 0;
    if (slots <= 0) return [];
    // Of a laboratory's analyses of one lane and priority, the first `slots` hold its next `slots` tasks.
    const { rows } = await sql<QueuedTask>`
      WITH flight AS (
        SELECT tenant_id, count(*) AS tasks FROM tasks WHERE state IN ('queued', 'running') GROUP BY tenant_id
      ), open AS (
        SELECT a.id, a.tenant_id, a.lane, a.priority, coalesce(a.deadline, 'infinity') AS deadline,
          array_position(ARRAY['stat', 'routine', 'research'], a.lane) AS lane_rank,
          row_number() OVER (PARTITION BY a.tenant_id, a.lane, a.priority
                             ORDER BY coalesce(a.deadline, 'infinity'), a.id) AS place
        FROM analyses a WHERE a.state IN ('queued', 'running')
          AND EXISTS (SELECT FROM tasks t WHERE t.analysis_id = a.id AND t.state = 'waiting')
      ), candidate AS (
        SELECT t.id, t.kind, t.attempt, t.block_index, o.lane, o.lane_rank, o.priority, o.deadline, o.id AS analysis_id,
          coalesce(f.tasks, 0) + row_number() OVER (PARTITION BY o.tenant_id, o.lane, o.priority
                                                    ORDER BY o.deadline, o.id, t.kind, t.block_index) AS turn
        FROM open o LEFT JOIN flight f ON f.tenant_id = o.tenant_id
        CROSS JOIN LATERAL (
          SELECT id, kind, attempt, block_index FROM tasks WHERE analysis_id = o.id AND state = 'waiting'
          ORDER BY kind, block_index LIMIT ${slots}
        ) t
        WHERE o.place <= ${slots}
      ), picked AS (
        SELECT *, row_number() OVER (ORDER BY lane_rank, priority DESC, turn, deadline, analysis_id, kind, block_index)
          AS place
        FROM candidate ORDER BY place LIMIT ${slots}
      ), free AS (
        SELECT t.id FROM tasks t WHERE t.id IN (SELECT id FROM picked) AND t.state = 'waiting'
        FOR UPDATE SKIP LOCKED
      ), moved AS (
        UPDATE tasks SET state = 'queued', queued_at = clock_timestamp() WHERE id IN (SELECT id FROM free) RETURNING id
      )
      SELECT p.id AS task_id, p.attempt, p.kind, p.lane, p.priority FROM picked p JOIN moved m ON m.id = p.id
      ORDER BY p.place`.execute(tx);
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
