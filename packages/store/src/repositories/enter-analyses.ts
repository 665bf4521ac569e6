import { type AnalysisParameters, GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../connection.ts';
import type { Lane } from '../rows.ts';
import { EVENTS_CHANNEL, wakeDispatcher } from './append-event.ts';

export interface NewAnalysis {
  /** A UUIDv7 settled before, so that the same work is not entered twice; made where it is left out. */
  readonly id?: string | undefined;
  readonly slideId: string;
  readonly modelId: string;
  readonly parameters: AnalysisParameters;
  readonly lane?: Lane | undefined;
  /** 0 (default) to 100; the larger is served first within a lane. */
  readonly priority?: number | undefined;
  readonly deadline?: Date | null | undefined;
  /** The analysis that it repeats. */
  readonly rerunOf?: string | undefined;
}

/**
 * Enters analyses, each with its task 'plan' and its event 'queued', in one statement; answers their ids in the order asked
 * for. Those whose id is there already are left out.
 * @throws GigascopeError NOT_FOUND or SLIDE_NOT_READY, for which the transaction is to be rolled back.
 */
export async function enterAnalyses(
  tx: Tx,
  tenantId: string,
  analyses: readonly NewAnalysis[],
  batchId: string | null = null,
): Promise<readonly string[]> {
  // The slides are locked, so that none is deleted with an analysis just entered. Of a batch nobody is told: none can be
  // followed before its id is known.
  const { rows } = await sql<{ id: string }>`
    WITH asked AS (
      SELECT * FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(analyses)}::jsonb) AS (
        id uuid, "slideId" uuid, "modelId" uuid, parameters jsonb, lane text, priority integer, deadline timestamptz,
        "rerunOf" uuid
      )) WITH ORDINALITY AS asked (id, slide_id, model_id, parameters, lane, priority, deadline, rerun_of, place)
    ), analysis AS (
      INSERT INTO analyses (id, tenant_id, slide_id, model_id, parameters, lane, priority, deadline, rerun_of, batch_id,
                            event_seq)
      SELECT coalesce(asked.id, uuidv7()), s.tenant_id, s.id, model_id,
        CASE WHEN s.mpp_x IS NULL OR parameters -> 'mppOverride' <> 'null' THEN parameters
          -- The spacing that was stated for the slide, where the request states none.
          ELSE parameters || jsonb_build_object('mppOverride', jsonb_build_object('x', s.mpp_x, 'y', s.mpp_y)) END,
        coalesce(lane, 'routine'), coalesce(priority, 0), deadline, rerun_of, ${batchId}::uuid, 1
      FROM asked JOIN slides s ON s.id = slide_id AND s.tenant_id = ${tenantId} AND s.state = 'ready'
      ORDER BY place FOR SHARE OF s
      ON CONFLICT (id) DO NOTHING RETURNING *
    ), task AS (
      INSERT INTO tasks (tenant_id, analysis_id, kind) SELECT tenant_id, id, 'plan' FROM analysis
    ), event AS (
      INSERT INTO events (analysis_id, seq, tenant_id, kind, data)
      SELECT id, 1, tenant_id, 'queued', jsonb_build_object('state', state, 'blocksDone', 0, 'blocksTotal', 0,
                                                            'cellsDone', 0, 'cellsTotal', 0)
      FROM analysis
    )
    SELECT id, CASE WHEN batch_id IS NULL THEN pg_notify(${EVENTS_CHANNEL}, id::text) END FROM analysis`.execute(tx);
  if (rows.length < analyses.length) await requireReady(tx, tenantId, analyses);
  await wakeDispatcher(tx);
  return rows.map(({ id }) => id);
}

async function requireReady(tx: Tx, tenantId: string, analyses: readonly NewAnalysis[]): Promise<void> {
  const ids = [...new Set(analyses.map(({ slideId }) => slideId))];
  const { rows } = await sql<{ state: string }>`
    SELECT state FROM slides WHERE tenant_id = ${tenantId} AND id = ANY (${ids}::uuid[])`.execute(tx);
  if (rows.length < ids.length) throw new GigascopeError('NOT_FOUND', 'slide');
  if (rows.some(({ state }) => state !== 'ready')) throw new GigascopeError('SLIDE_NOT_READY', 'slide');
}
