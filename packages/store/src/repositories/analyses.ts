import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { AnalysisRow, AnalysisState, ArtifactRow, Lane, QueuePlace, ResultRow } from '../rows.ts';
import { cancelAnalyses } from './cancel-analyses.ts';
import { enterAnalyses, type NewAnalysis } from './enter-analyses.ts';
import { countStates } from './figures.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';
import { selectAnalyses } from './select-analyses.ts';

export interface AnalysisListRequest extends PageRequest {
  readonly slideId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly state?: AnalysisState | undefined;
  /** By name, of any version. */
  readonly model?: string | undefined;
  readonly lane?: Lane | undefined;
}

/** The analyses of a laboratory, as the people who ask for them see them. */
export class Analyses {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Enters an analysis with its task 'plan' and its event 'queued'; one whose id is there already is answered as it is.
   * Throws NOT_FOUND or SLIDE_NOT_READY.
   */
  submit(tenantId: string, analysis: NewAnalysis): Promise<AnalysisRow> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const [entered] = await enterAnalyses(tx, tenantId, [analysis]);
      const row = await one(tx, tenantId, entered ?? analysis.id ?? '');
      if (row === null) throw new GigascopeError('INTERNAL', 'an analysis was entered and not found');
      return row;
    });
  }

  /** Enters all or none, in one transaction; rows come in the order asked for. */
  submitMany(tenantId: string, analyses: readonly NewAnalysis[]): Promise<readonly AnalysisRow[]> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const ids = await enterAnalyses(tx, tenantId, analyses);
      const entered = await selectAnalyses(tx, tenantId).where(sql<boolean>`a.id = ANY (${ids}::uuid[])`).execute();
      const byId = new Map(entered.map((row) => [row.id, row]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    });
  }

  /** null when the laboratory has no such analysis. */
  get(tenantId: string, id: string): Promise<AnalysisRow | null> {
    return this.#connection.inTenant(tenantId, (tx) => one(tx, tenantId, id));
  }

  /** Newest first. */
  list(tenantId: string, request: AnalysisListRequest): Promise<Page<AnalysisRow>> {
    const { slideId, batchId, state, model, lane, cursor, limit } = request;
    return this.#connection.inTenant(tenantId, async (tx) => {
      let query = tx.selectFrom('analyses').select('id').where('tenantId', '=', tenantId);
      if (slideId !== undefined) query = query.where('slideId', '=', slideId);
      if (batchId !== undefined) query = query.where('batchId', '=', batchId);
      if (state !== undefined) query = query.where('state', '=', state);
      if (lane !== undefined) query = query.where('lane', '=', lane);
      if (model !== undefined)
        query = query.where('modelId', 'in', (models) =>
          models.selectFrom('models').select('id').where('name', '=', model),
        );
      if (cursor !== undefined) query = query.where('id', '<', cursor);
      const page = await query
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      // What is joined comes after the cut: the planner does not know how few these are.
      const ids = page.map(({ id }) => id);
      const rows = await selectAnalyses(tx, tenantId)
        .where(sql<boolean>`a.id = ANY (${ids}::uuid[])`)
        .orderBy('a.id', 'desc')
        .execute();
      return pageOf(rows, limit);
    });
  }

  /** Ends an open analysis as 'canceled'; one that has ended stays as it is. null when there is no such analysis. */
  cancel(tenantId: string, id: string): Promise<AnalysisRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await cancelAnalyses(tx, tenantId, sql`id = ${id}`);
      return one(tx, tenantId, id);
    });
  }

  /** How many analyses are served before this one, and when it should be done; null unless it is queued. */
  place(tenantId: string, id: string): Promise<QueuePlace | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<QueuePlace>`
        SELECT position, (position + 1) / recent_throughput() AS eta_seconds
        FROM queue_position(${id}) AS position WHERE position IS NOT NULL`.execute(tx);
      return rows[0] ?? null;
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

async function one(tx: Tx, tenantId: string, id: string): Promise<AnalysisRow | null> {
  return (await selectAnalyses(tx, tenantId).where('a.id', '=', id).executeTakeFirst()) ?? null;
}
