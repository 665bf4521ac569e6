import { sql } from 'kysely';
import type { Tx } from '../connection.ts';
import type { EventKind } from '../rows.ts';

/** Its payloads are ids of analyses, and of the batches that they are of. */
export const EVENTS_CHANNEL = 'gigascope_events';
/** Work appeared or room for it: wakes the dispatcher. */
export const TASKS_CHANNEL = 'gigascope_tasks';

/**
 * Appends an event that tells the analysis's present state. The sequence is assigned under the analysis's row lock, which
 * is held until the commit: so the order of sequences is the order of commits, and no reader sees 5 before 4.
 */
export async function appendEvent(tx: Tx, analysisId: string, kind: EventKind, code?: string): Promise<void> {
  await sql`
    WITH analysis AS (
      UPDATE analyses SET event_seq = event_seq + 1 WHERE id = ${analysisId} RETURNING *
    ), event AS (
      INSERT INTO events (analysis_id, seq, tenant_id, kind, data)
      SELECT id, event_seq, tenant_id, ${kind}, jsonb_strip_nulls(jsonb_build_object(
        'state', state, 'blocksDone', blocks_done, 'blocksTotal', blocks_total,
        'cellsDone', cells_done, 'cellsTotal', cells_total, 'code', ${code ?? null}::text))
      FROM analysis
    )
    SELECT pg_notify(${EVENTS_CHANNEL}, id::text),
      CASE WHEN batch_id IS NOT NULL THEN pg_notify(${EVENTS_CHANNEL}, batch_id::text) END
    FROM analysis`.execute(tx);
}

/** Wakes the dispatcher once the transaction commits. */
export async function wakeDispatcher(tx: Tx): Promise<void> {
  await sql`SELECT pg_notify(${TASKS_CHANNEL}, '')`.execute(tx);
}
