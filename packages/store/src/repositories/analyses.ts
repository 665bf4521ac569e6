import { type AnalysisParameters, GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { AnalysisRow, AnalysisState, ArtifactRow, Lane, ResultRow } from '../rows.ts';
import { appendEvent, EVENTS_CHANNEL, wakeDispatcher } from './append-event.ts';
import { closeTasks } from './close-tasks.ts';
import { countStates } from './figures.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';

export interface NewAnalysis {
  readonly slideId: string;
  readonly modelId: string;
  readonly parameters: AnalysisParameters;
  readonly lane?: Lane;
  /** 0 (default) to 100; the larger is served first within a lane. */
  readonly priority?: number;
  readonly deadline?: Date | null;
}

export interface AnalysisListRequest extends PageRequest {
  readonly slideId?: string | undefined;
}

/** The analyses of a laboratory, as the people who ask for them see them. */
export class Analyses {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Enters an analysis with its task 'plan' and its event 'queued'. Throws NOT_FOUND or SLIDE_NOT_READY. */
  async submit(tenantId: string, analysis: NewAnalysis): Promise<AnalysisRow> {
    const [row] = await this.submitMany(tenantId, [analysis]);
    if (row === undefined) throw new GigascopeError('INTERNAL', 'an analysis was entered and not returned');
    return row;
  }

  /** Enters all or none, in one transaction; rows come in the order asked for. */
  submitMany(tenantId: string, analyses: readonly NewAnalysis[]): Promise<readonly AnalysisRow[]> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<{ id: string }>`
        WITH asked AS (
          SELECT * FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(analyses)}::jsonb) AS (
            "slideId" uuid, "modelId" uuid, parameters jsonb, lane text, priority integer, deadline timestamptz
          )) WITH ORDINALITY AS asked (slide_id, model_id, parameters, lane, priority, deadline, place)
        ), analysis AS (
          INSERT INTO analyses (tenant_id, slide_id, model_id, parameters, lane, priority, deadline, event_seq)
          SELECT s.tenant_id, s.id, model_id, parameters, coalesce(lane, 'routine'), coalesce(priority, 0), deadline, 1
          FROM asked JOIN slides s ON s.id = slide_id AND s.tenant_id = ${tenantId} AND s.state = 'ready'
          ORDER BY place RETURNING *
        ), task AS (
          INSERT INTO tasks (tenant_id, analysis_id, kind) SELECT tenant_id, id, 'plan' FROM analysis
        ), event AS (
          INSERT INTO events (analysis_id, seq, tenant_id, kind, data)
          SELECT id, 1, tenant_id, 'queued', jsonb_build_object('state', state, 'blocksDone', 0, 'blocksTotal', 0,
                                                                'cellsDone', 0, 'cellsTotal', 0)
          FROM analysis
        )
        SELECT id, pg_notify(${EVENTS_CHANNEL}, id::text) FROM analysis`.execute(tx);
      if (rows.length !== analyses.length) throw await whyNot(tx, tenantId, analyses);
      await wakeDispatcher(tx);
      const ids = rows.map(({ id }) => id);
      const entered = await selectAnalyses(tx, tenantId).where('a.id', 'in', ids).orderBy('a.id').execute();
      const byId = new Map(entered.map((row) => [row.id, row]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    });
  }

  /** null when the laboratory has no such analysis. */
  get(tenantId: string, id: string): Promise<AnalysisRow | null> {
    return this.#connection.inTenant(tenantId, (tx) => one(tx, tenantId, id));
  }

  /** Newest first. */
  list(tenantId: string, { slideId, cursor, limit }: AnalysisListRequest): Promise<Page<AnalysisRow>> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      let query = selectAnalyses(tx, tenantId);
      if (slideId !== undefined) query = query.where('a.slideId', '=', slideId);
      if (cursor !== undefined) query = query.where('a.id', '<', cursor);
      return pageOf(
        await query
          .orderBy('a.id', 'desc')
          .limit(limit + 1)
          .execute(),
        limit,
      );
    });
  }

  /** Ends an open analysis as 'canceled'; one that has ended stays as it is. null when there is no such analysis. */
  cancel(tenantId: string, id: string): Promise<AnalysisRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql`
        UPDATE analyses SET state = 'canceled', error_code = 'CANCELED', finished_at = clock_timestamp()
        WHERE id = ${id} AND tenant_id = ${tenantId} AND state IN ('queued', 'running') RETURNING id`.execute(tx);
      if (rows.length > 0) {
        await closeTasks(tx, id);
        await appendEvent(tx, id, 'canceled', 'CANCELED');
        await wakeDispatcher(tx);
      }
      return one(tx, tenantId, id);
    });
  }

  /** How many analyses are served before this one; null unless it is queued. */
  position(tenantId: string, id: string): Promise<number | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<{ position: number | null }>`SELECT queue_position(${id}) AS position`.execute(tx);
      return rows[0]?.position ?? null;
    });
  }

  /** What was found; null until the analysis succeeded. */
  result(tenantId: string, id: string): Promise<ResultRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const found = await tx
        .selectFrom('analyses as a')
        .innerJoin('scores as s', 's.analysisId', 'a.id')
        .leftJoin('heatmaps as h', 'h.analysisId', 'a.id')
        .select(['a.result', 's.score', 's.positive', 'h.blobKey as heatmapKey'])
        .where('a.tenantId', '=', tenantId)
        .where('a.id', '=', id)
        .executeTakeFirst();
      if (found === undefined || found.result === null) return null;
      const lesions = await tx
        .selectFrom('lesions')
        .select(['rank', 'xL0', 'yL0', 'probability', 'diameterUm', 'diameterUncertaintyUm', 'areaUm2', 'sizeClass'])
        .where('tenantId', '=', tenantId)
        .where('analysisId', '=', id)
        .orderBy('rank')
        .execute();
      return { ...found, result: found.result, lesions };
    });
  }

  /** One of the files that the analysis left; null until it succeeded. */
  artifact(tenantId: string, id: string, name: string): Promise<ArtifactRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.selectFrom('artifacts').select(['name', 'blobKey', 'mediaType', 'sizeBytes']);
      const own = query.where('tenantId', '=', tenantId).where('analysisId', '=', id).where('name', '=', name);
      return (await own.executeTakeFirst()) ?? null;
    });
  }

  /** How many analyses all laboratories together have in each state; states without any are 0. */
  async countByState(): Promise<Readonly<Record<AnalysisState, number>>> {
    const counts = await countStates(this.#connection, 'analyses');
    return { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0, ...counts };
  }

  /** null until the plan is made. `thumbnailKey` is the blob of the plan's thumbnail. */
  thumbnailKey(tenantId: string, id: string): Promise<string | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.selectFrom('plans').select('thumbnailKey').where('tenantId', '=', tenantId);
      return (await query.where('analysisId', '=', id).where('stage', '=', 0).executeTakeFirst())?.thumbnailKey ?? null;
    });
  }
}

async function whyNot(tx: Tx, tenantId: string, analyses: readonly NewAnalysis[]): Promise<GigascopeError> {
  const ids = [...new Set(analyses.map(({ slideId }) => slideId))];
  const query = tx.selectFrom('slides').select('id').where('tenantId', '=', tenantId).where('id', 'in', ids);
  return new GigascopeError((await query.execute()).length < ids.length ? 'NOT_FOUND' : 'SLIDE_NOT_READY', 'slide');
}

async function one(tx: Tx, tenantId: string, id: string): Promise<AnalysisRow | null> {
  return (await selectAnalyses(tx, tenantId).where('a.id', '=', id).executeTakeFirst()) ?? null;
}

function selectAnalyses(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('analyses as a')
    .innerJoin('models as m', 'm.id', 'a.modelId')
    .leftJoin('scores as s', 's.analysisId', 'a.id')
    .select(['a.id', 'a.tenantId', 'a.slideId', 'a.modelId', 'm.name as modelName', 'm.version as modelVersion'])
    .select(['a.parameters', 'a.state', 'a.lane', 'a.priority', 'a.deadline', 'a.errorCode', 'a.errorDetail'])
    .select(['a.blocksTotal', 'a.blocksDone', 'a.cellsTotal', 'a.cellsDone', 'a.eventSeq'])
    .select(['a.createdAt', 'a.startedAt', 'a.blocksStartedAt', 'a.finishedAt'])
    .select(['s.score', 's.meaning as scoreMeaning', 's.positive'])
    .where('a.tenantId', '=', tenantId);
}
