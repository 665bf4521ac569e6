import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { AnnotationSetRow, EvaluatedSlideRow } from '../annotation-rows.ts';
import type { Connection, Tx } from '../connection.ts';

/** More would be a mistake of a script. */
const MOST_SETS = 100;

const COLUMNS = sql`id, slide_id, name, kind, format, created_by, created_by_id, created_at, annotations`;

export interface NewAnnotationSet extends Omit<AnnotationSetRow, 'id' | 'createdAt'> {
  /** Level-0 pixels. */
  readonly geojson: string;
}

/** What people drew on the slides of a laboratory in other software, a file at a time. */
export class Annotations {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** null when the laboratory has no such slide. Throws CONFLICT for a slide that has 100 sets. */
  add(tenantId: string, set: NewAnnotationSet): Promise<AnnotationSetRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      if (!(await isThere(tx, tenantId, set.slideId))) return null;
      const { rows: others } = await sql<{ count: number }>`
        SELECT count(*)::integer AS count FROM annotation_sets WHERE slide_id = ${set.slideId}`.execute(tx);
      if ((others[0]?.count ?? 0) >= MOST_SETS)
        throw new GigascopeError('CONFLICT', `the slide has ${MOST_SETS} sets of annotations already`);
      const { rows } = await sql<AnnotationSetRow>`
        INSERT INTO annotation_sets
          (tenant_id, slide_id, name, kind, format, created_by, created_by_id, annotations, geojson)
        VALUES (${tenantId}, ${set.slideId}, ${set.name}, ${set.kind}, ${set.format}, ${set.createdBy},
          ${set.createdById}, ${set.annotations}, ${set.geojson})
        RETURNING ${COLUMNS}`.execute(tx);
      return rows[0] ?? null;
    });
  }

  /** Newest first; null when the laboratory has no such slide. */
  list(tenantId: string, slideId: string): Promise<readonly AnnotationSetRow[] | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      if (!(await isThere(tx, tenantId, slideId))) return null;
      const { rows } = await sql<AnnotationSetRow>`
        SELECT ${COLUMNS} FROM annotation_sets
        WHERE tenant_id = ${tenantId} AND slide_id = ${slideId} ORDER BY id DESC`.execute(tx);
      return rows;
    });
  }

  /** With its annotations as GeoJSON in level-0 pixels; null when the slide has no such set. */
  get(tenantId: string, slideId: string, id: string): Promise<(AnnotationSetRow & { geojson: string }) | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<AnnotationSetRow & { geojson: string }>`
        SELECT ${COLUMNS}, geojson FROM annotation_sets
        WHERE tenant_id = ${tenantId} AND slide_id = ${slideId} AND id = ${id}`.execute(tx);
      return rows[0] ?? null;
    });
  }

  remove(tenantId: string, slideId: string, id: string): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await sql`
        DELETE FROM annotation_sets WHERE tenant_id = ${tenantId} AND slide_id = ${slideId} AND id = ${id}`.execute(tx);
    });
  }

  /** The newest result of one model on each slide of which a truth is known; newest slides first, one more than `limit` when there are more. */
  evaluated(tenantId: string, modelId: string, limit: number): Promise<readonly EvaluatedSlideRow[]> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<EvaluatedSlideRow>`
        SELECT * FROM (
          SELECT DISTINCT ON (a.slide_id) a.slide_id, a.id AS analysis_id, s.score, t.label, (
            SELECT id FROM annotation_sets d WHERE d.slide_id = a.slide_id AND d.kind = 'truth' ORDER BY id DESC LIMIT 1
          ) AS truth_set_id
          FROM analyses a
          JOIN scores s ON s.analysis_id = a.id AND s.meaning = 'highest-probability'
          LEFT JOIN slide_truth t ON t.slide_id = a.slide_id
          WHERE a.tenant_id = ${tenantId} AND a.model_id = ${modelId} AND a.state = 'succeeded'
          ORDER BY a.slide_id, a.id DESC
        ) AS newest
        WHERE label IS NOT NULL OR truth_set_id IS NOT NULL
        ORDER BY slide_id DESC LIMIT ${limit + 1}`.execute(tx);
      return rows;
    });
  }
}

async function isThere(tx: Tx, tenantId: string, slideId: string): Promise<boolean> {
  const query = tx.selectFrom('slides').select('id').where('tenantId', '=', tenantId).where('id', '=', slideId);
  return (await query.where('state', '<>', 'deleting').executeTakeFirst()) !== undefined;
}
