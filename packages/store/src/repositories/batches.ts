import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { BatchRow } from '../rows.ts';
import { cancelAnalyses } from './cancel-analyses.ts';
import { enterAnalyses, type NewAnalysis } from './enter-analyses.ts';
import { type FoundReferences, findReferences, type References } from './find-references.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';

export interface NewBatch {
  /** A UUIDv7 settled before; with one that is there already nothing is entered and that batch is answered. */
  readonly id?: string | undefined;
  readonly name: string | null;
  readonly analyses: readonly NewAnalysis[];
}

/** Analyses that were asked for together. What a batch is, is what its analyses are: nothing of it is counted up. */
export class Batches {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Enters all or none, in one transaction: 10,000 take about two seconds. Throws NOT_FOUND or SLIDE_NOT_READY. */
  submit(tenantId: string, { id, name, analyses }: NewBatch): Promise<BatchRow> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<{ id: string }>`
        INSERT INTO batches (id, tenant_id, name, total)
        VALUES (coalesce(${id ?? null}::uuid, uuidv7()), ${tenantId}, ${name}, ${analyses.length})
        ON CONFLICT (id) DO NOTHING RETURNING id`.execute(tx);
      const entered = rows[0]?.id;
      if (entered !== undefined) await enterAnalyses(tx, tenantId, analyses, entered);
      const batch = await one(tx, tenantId, entered ?? id ?? '');
      if (batch === null) throw new GigascopeError('INTERNAL', 'a batch was entered and not found');
      return batch;
    });
  }

  /** null when the laboratory has no such batch. */
  get(tenantId: string, id: string): Promise<BatchRow | null> {
    return this.#connection.inTenant(tenantId, (tx) => one(tx, tenantId, id));
  }

  /** Newest first. */
  list(tenantId: string, { cursor, limit }: PageRequest): Promise<Page<BatchRow>> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<BatchRow>`
        ${withCounts(sql`
          SELECT * FROM batches WHERE tenant_id = ${tenantId} AND (${cursor ?? null}::uuid IS NULL OR id < ${cursor ?? null}::uuid)
          ORDER BY id DESC LIMIT ${limit + 1}`)}
        ORDER BY b.id DESC`.execute(tx);
      return pageOf(rows, limit);
    });
  }

  /**
   * Ends its open analyses as 'canceled', all or those of these ids; those that ended stay as they are. null when there is no
   * such batch.
   */
  cancel(tenantId: string, id: string, only?: readonly string[]): Promise<BatchRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const own = sql`batch_id = ${id}`;
      await cancelAnalyses(tx, tenantId, only === undefined ? own : sql`${own} AND id = ANY (${only}::uuid[])`);
      return one(tx, tenantId, id);
    });
  }

  /** Seconds until its last analysis ends, estimated from that one's place in the queue; null when nothing is known. */
  etaSeconds(tenantId: string, id: string): Promise<number | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<{ seconds: number | null }>`
        SELECT (coalesce(queue_position(last.id), 0) + 1) / recent_throughput() AS seconds
        FROM (
          SELECT id FROM analyses WHERE tenant_id = ${tenantId} AND batch_id = ${id} AND state IN ('queued', 'running')
          ORDER BY state = 'queued' DESC, array_position(ARRAY['stat', 'routine', 'research'], lane) DESC, priority,
            coalesce(deadline, 'infinity') DESC, id DESC LIMIT 1
        ) AS last`.execute(tx);
      return rows[0]?.seconds ?? null;
    });
  }

  /** What slides and models are meant, for a list of them that a person wrote. */
  find(tenantId: string, references: References): Promise<FoundReferences> {
    return this.#connection.inTenant(tenantId, (tx) => findReferences(tx, tenantId, references));
  }
}

async function one(tx: Tx, tenantId: string, id: string): Promise<BatchRow | null> {
  const own = sql`SELECT * FROM batches WHERE tenant_id = ${tenantId} AND id = ${id}`;
  return (await withCounts(own).execute(tx)).rows[0] ?? null;
}

/** One pass over the analyses of each batch, by the index analyses_of_batch. */
function withCounts(batches: ReturnType<typeof sql>) {
  return sql<BatchRow>`
    SELECT b.id, b.name, b.total, b.created_at, c.* FROM (${batches}) AS b CROSS JOIN LATERAL (
      SELECT
        count(*) FILTER (WHERE a.state = 'queued')::integer AS queued,
        count(*) FILTER (WHERE a.state = 'running')::integer AS running,
        count(*) FILTER (WHERE a.state = 'succeeded')::integer AS succeeded,
        count(*) FILTER (WHERE a.state = 'failed')::integer AS failed,
        count(*) FILTER (WHERE a.state = 'canceled')::integer AS canceled,
        coalesce(avg(CASE WHEN a.state IN ('succeeded', 'failed', 'canceled') THEN 1
                 WHEN a.cells_total > 0 THEN least(1, a.cells_done::double precision / a.cells_total)
                 ELSE 0 END), 1)::double precision AS progress,
        CASE WHEN bool_and(a.state IN ('succeeded', 'failed', 'canceled')) THEN max(a.finished_at) END AS finished_at
      FROM analyses a WHERE a.batch_id = b.id AND a.tenant_id = b.tenant_id
    ) AS c`;
}
