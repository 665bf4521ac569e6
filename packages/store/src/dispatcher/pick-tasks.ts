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
    // Of a laboratory's analyses of one lane and priority, a "shelf", the first `slots` hold its next `slots` tasks. From shelf to
    // shelf by index, so that ten thousand waiting analyses cost no more than ten.
    const { rows } = await sql<QueuedTask>`
      WITH RECURSIVE room AS (
        SELECT greatest(0, ${QUEUED_PER_CAPACITY}
          * coalesce((SELECT sum(capacity) FROM workers
                      WHERE seen_at > clock_timestamp() - make_interval(secs => ${WORKER_GONE_AFTER_MS / 1000})), 0)::integer
          - (SELECT count(*) FROM tasks WHERE state IN ('queued', 'running'))::integer) AS slots
      ), shelf AS (
        (SELECT tenant_id, lane, priority FROM analyses WHERE state IN ('queued', 'running')
         ORDER BY tenant_id, lane, priority LIMIT 1)
        UNION ALL
        SELECT next.* FROM shelf s CROSS JOIN LATERAL (
          SELECT tenant_id, lane, priority FROM analyses WHERE state IN ('queued', 'running')
            AND (tenant_id, lane, priority) > (s.tenant_id, s.lane, s.priority)
          ORDER BY tenant_id, lane, priority LIMIT 1
        ) next
      ), flight AS (
        SELECT tenant_id, count(*) AS tasks FROM tasks WHERE state IN ('queued', 'running') GROUP BY tenant_id
      ), open AS (
        SELECT a.id, s.tenant_id, s.lane, s.priority, a.deadline,
          array_position(ARRAY['stat', 'routine', 'research'], s.lane) AS lane_rank
        FROM shelf s CROSS JOIN LATERAL (
          SELECT id, coalesce(deadline, 'infinity') AS deadline FROM analyses
          WHERE tenant_id = s.tenant_id AND lane = s.lane AND priority = s.priority AND state IN ('queued', 'running')
            AND EXISTS (SELECT FROM tasks t WHERE t.analysis_id = analyses.id AND t.state = 'waiting')
          ORDER BY coalesce(deadline, 'infinity'), id LIMIT (SELECT slots FROM room)
        ) a
      ), candidate AS (
        SELECT t.id, t.kind, t.attempt, t.block_index, o.lane, o.lane_rank, o.priority, o.deadline, o.id AS analysis_id,
          coalesce(f.tasks, 0) + row_number() OVER (PARTITION BY o.tenant_id, o.lane, o.priority
                                                    ORDER BY o.deadline, o.id, t.kind, t.block_index) AS turn
        FROM open o LEFT JOIN flight f ON f.tenant_id = o.tenant_id
        CROSS JOIN LATERAL (
          SELECT id, kind, attempt, block_index FROM tasks WHERE analysis_id = o.id AND state = 'waiting'
          ORDER BY kind, block_index LIMIT (SELECT slots FROM room)
        ) t
      ), picked AS (
        SELECT *, row_number() OVER (ORDER BY lane_rank, priority DESC, turn, deadline, analysis_id, kind, block_index)
          AS place
        FROM candidate ORDER BY place LIMIT (SELECT slots FROM room)
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
