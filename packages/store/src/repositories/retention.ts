import { type RawBuilder, sql } from 'kysely';
import type { Connection } from '../connection.ts';
import { withoutOthers } from '../exclusive.ts';
import type { RetentionRow, SlideRow } from '../rows.ts';
import { isSigned } from './signed-reviews.ts';

/** "keep"; one session of the database sweeps. */
const LOCK = 0x6b656570;
const FOR_EVER: RetentionRow = { readyDays: null, rejectedDays: null, resultDays: null };

/** What a laboratory's rules let go, oldest first. */
export interface Expired {
  readonly slides: readonly Pick<SlideRow, 'id' | 'createdAt' | 'sizeBytes'>[];
  readonly analyses: readonly { readonly id: string; readonly slideId: string; readonly finishedAt: Date }[];
}

/** How long a laboratory keeps what. */
export class Retention {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  policy(tenantId: string): Promise<RetentionRow> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const columns = ['readyDays', 'rejectedDays', 'resultDays'] as const;
      const query = tx.selectFrom('retentionPolicies').select(columns).where('tenantId', '=', tenantId);
      return (await query.executeTakeFirst()) ?? FOR_EVER;
    });
  }

  setPolicy(tenantId: string, policy: RetentionRow): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const values = { ...policy, tenantId };
      await tx
        .insertInto('retentionPolicies')
        .values(values)
        .onConflict((conflict) => conflict.column('tenantId').doUpdateSet(policy))
        .execute();
    });
  }

  /** What is past its time now, at most `limit` of each; nothing that is held, signed off or under way. */
  expired(tenantId: string, limit: number): Promise<Expired> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const slides = await sql<Expired['slides'][number]>`
        SELECT s.id, s.created_at, s.size_bytes FROM slides s JOIN retention_policies p ON p.tenant_id = s.tenant_id
        WHERE s.tenant_id = ${tenantId} AND NOT s.legal_hold
          AND (${past('s.created_at', 'p.ready_days')} AND s.state = 'ready'
            OR ${past('s.created_at', 'p.rejected_days')} AND s.state = 'rejected')
          AND NOT EXISTS (SELECT FROM analyses a WHERE a.slide_id = s.id AND a.state IN ('queued', 'running'))
          AND NOT ${isSigned(sql`r.slide_id = s.id`)}
        ORDER BY s.id LIMIT ${limit}`.execute(tx);
      const analyses = await sql<Expired['analyses'][number]>`
        SELECT a.id, a.slide_id, a.finished_at FROM analyses a
          JOIN slides s ON s.id = a.slide_id JOIN retention_policies p ON p.tenant_id = a.tenant_id
        WHERE a.tenant_id = ${tenantId} AND NOT s.legal_hold AND s.state <> 'deleting'
          AND a.state IN ('succeeded', 'failed', 'canceled') AND ${past('a.finished_at', 'p.result_days')}
          AND NOT ${isSigned(sql`r.analysis_id = a.id`)}
        ORDER BY a.id LIMIT ${limit}`.execute(tx);
      return { slides: slides.rows, analyses: analyses.rows };
    });
  }

  /** Blobs of one analysis. */
  analysisBlobs(tenantId: string, id: string): Promise<readonly string[]> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<{ key: string }>`
        SELECT blob_key AS key FROM artifacts WHERE tenant_id = ${tenantId} AND analysis_id = ${id}
        UNION SELECT blob_key FROM heatmaps WHERE tenant_id = ${tenantId} AND analysis_id = ${id}
        UNION SELECT thumbnail_key FROM plans WHERE tenant_id = ${tenantId} AND analysis_id = ${id}`.execute(tx);
      return rows.map(({ key }) => key);
    });
  }

  /** Removes an analysis with its findings; its files are gone. */
  removeAnalysis(tenantId: string, id: string): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await tx.deleteFrom('analyses').where('tenantId', '=', tenantId).where('id', '=', id).execute();
    });
  }

  /** Runs `work` unless another process sweeps; says whether it ran. */
  alone(work: () => Promise<void>): Promise<boolean> {
    return withoutOthers(this.#connection, LOCK, work);
  }
}

/** Names of columns, not values: never from outside. */
function past(instant: string, days: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.raw(instant)} < now() - make_interval(days => ${sql.raw(days)})`;
}
