import type { SlideLabel } from '@gigascope/contracts';
import { type RawBuilder, sql } from 'kysely';
import type { Connection } from '../connection.ts';
import type { ModelScoreRow, ReadingRow } from '../review-rows.ts';

export interface StudyRequest {
  readonly readerId?: string | undefined;
  readonly model?: string | undefined;
  readonly timeLimited?: boolean | undefined;
  /** The newest; one more is answered when there are more. */
  readonly limit: number;
}

/** The truth of slides, and what readers and models said of those slides. */
export class ReaderStudies {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** null takes the truth back. false when there is no such slide. */
  setTruth(tenantId: string, slideId: string, label: SlideLabel | null, by: string): Promise<boolean> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const slide = tx.selectFrom('slides').select('id').where('tenantId', '=', tenantId).where('id', '=', slideId);
      if ((await slide.executeTakeFirst()) === undefined) return false;
      if (label === null) await sql`DELETE FROM slide_truth WHERE slide_id = ${slideId}`.execute(tx);
      else {
        await sql`
          INSERT INTO slide_truth (slide_id, tenant_id, label, set_by) VALUES (${slideId}, ${tenantId}, ${label}, ${by})
          ON CONFLICT (slide_id) DO UPDATE SET label = excluded.label, set_by = excluded.set_by,
            set_at = clock_timestamp()`.execute(tx);
      }
      return true;
    });
  }

  /**
   * Of each reader, with and without a time limit, the first reading of each slide whose truth is known, as it was first
   * signed: what was amended later is no longer the reader's own eye. Newest first; adjudications are left out.
   */
  readings(tenantId: string, { readerId, model, timeLimited, limit }: StudyRequest): Promise<readonly ReadingRow[]> {
    return this.#rows<ReadingRow>(
      tenantId,
      sql`
      SELECT slide_id, reader_kind, reader_id, reader_name, time_limited, confidence, reading_ms, saw_others, label, score
      FROM (
        SELECT DISTINCT ON (r.reader_id, e.time_limited, r.slide_id) r.slide_id, r.reader_kind, r.reader_id, r.reader_name,
          e.time_limited, e.confidence, e.saw_others, t.label, s.score, e.signed_at, (
            SELECT coalesce(extract(epoch FROM sum(upper(p) - lower(p))) * 1000, 0)::float8 FROM unnest(e.attention) p
          ) AS reading_ms
        FROM slide_truth t
        JOIN reviews r ON r.slide_id = t.slide_id AND r.purpose <> 'adjudication'
        JOIN review_editions e ON e.review_id = r.id AND e.edition = 1 AND e.state = 'signed'
        JOIN analyses a ON a.id = r.analysis_id
        JOIN models m ON m.id = a.model_id
        LEFT JOIN scores s ON s.analysis_id = a.id AND s.meaning = 'highest-probability'
        WHERE t.tenant_id = ${tenantId} AND ${readerId === undefined ? sql`true` : sql`r.reader_id = ${readerId}`}
          AND ${model === undefined ? sql`true` : sql`m.name = ${model}`}
          AND ${timeLimited === undefined ? sql`true` : sql`e.time_limited = ${timeLimited}`}
        ORDER BY r.reader_id, e.time_limited, r.slide_id, e.signed_at
      ) AS reading ORDER BY signed_at DESC LIMIT ${limit + 1}`,
    );
  }

  /** The newest probability by each model of each slide whose truth is known; newest slides first. */
  modelScores(tenantId: string, { model, limit }: Omit<StudyRequest, 'readerId'>): Promise<readonly ModelScoreRow[]> {
    return this.#rows<ModelScoreRow>(
      tenantId,
      sql`
      SELECT slide_id, model_name, model_version, score, label FROM (
        SELECT DISTINCT ON (m.name, m.version, t.slide_id) t.slide_id, m.name AS model_name, m.version AS model_version,
          s.score, t.label
        FROM slide_truth t
        JOIN analyses a ON a.slide_id = t.slide_id AND a.state = 'succeeded'
        JOIN models m ON m.id = a.model_id
        JOIN scores s ON s.analysis_id = a.id AND s.meaning = 'highest-probability' AND s.score IS NOT NULL
        WHERE t.tenant_id = ${tenantId} AND ${model === undefined ? sql`true` : sql`m.name = ${model}`}
        ORDER BY m.name, m.version, t.slide_id, a.id DESC
      ) AS newest ORDER BY slide_id DESC, model_name, model_version LIMIT ${limit + 1}`,
    );
  }

  #rows<Row>(tenantId: string, query: RawBuilder<unknown>): Promise<readonly Row[]> {
    return this.#connection.inTenant(tenantId, async (tx) => (await sql<Row>`${query}`.execute(tx)).rows);
  }
}
