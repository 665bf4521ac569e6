import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../connection.ts';
import { EVENTS_CHANNEL, wakeDispatcher } from './append-event.ts';
import { closeTasks } from './close-tasks.ts';

/**
 * Ends those of a laboratory's analyses that are `asked` for and open as 'canceled', with their tasks and an event each;
 * answers how many. Analyses are locked in the order of their ids, then tasks (deadlocks): one that a worker is just
 * completing is waited for, and stays as it then is.
 */
export async function cancelAnalyses(tx: Tx, tenantId: string, asked: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM analyses WHERE tenant_id = ${tenantId} AND ${asked} AND state IN ('queued', 'running')
    ORDER BY id FOR UPDATE`.execute(tx);
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await sql`
    UPDATE analyses SET state = 'canceled', error_code = 'CANCELED', finished_at = clock_timestamp(),
      event_seq = event_seq + 1
    WHERE id = ANY (${ids}::uuid[])`.execute(tx);
  await closeTasks(tx, ...ids);
  await sql`
    WITH event AS (
      INSERT INTO events (analysis_id, seq, tenant_id, kind, data)
      SELECT id, event_seq, tenant_id, 'canceled', jsonb_build_object(
        'state', state, 'blocksDone', blocks_done, 'blocksTotal', blocks_total,
        'cellsDone', cells_done, 'cellsTotal', cells_total, 'code', 'CANCELED')
      FROM analyses WHERE id = ANY (${ids}::uuid[])
    ), woken AS (
      SELECT unnest(ARRAY[id, batch_id]) AS id FROM analyses WHERE id = ANY (${ids}::uuid[])
    )
    SELECT count(pg_notify(${EVENTS_CHANNEL}, id::text)) FROM woken WHERE id IS NOT NULL`.execute(tx);
  await wakeDispatcher(tx);
  return ids.length;
}
