import { GigascopeError } from '@gigascope/contracts';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../connection.ts';
import type { ListedSlide, SlideState } from '../rows.ts';
import type { Page, PageRequest } from './page.ts';
import { readCursor, writeCursor } from './slide-cursor.ts';

export type SlideSort = 'newest' | 'oldest' | 'name' | 'size' | 'score';

/** What of a laboratory's slides is asked for; filters are joined by "and". */
export interface SlideListRequest extends PageRequest {
  readonly sort?: SlideSort | undefined;
  /** A model's name, by whose newest succeeded analysis slides are scored. */
  readonly scoreModel?: string | undefined;
  /** Without it all but those that are being deleted. */
  readonly state?: SlideState | undefined;
  /** Part of the name or of a reference. */
  readonly q?: string | undefined;
  readonly caseRef?: string | undefined;
  readonly createdFrom?: string | undefined;
  /** Not included. */
  readonly createdTo?: string | undefined;
  readonly hasAnalysis?: boolean | undefined;
}

type Sql = RawBuilder<unknown>;

/** What slides are ordered by before their id; null: by their id alone, which is their age. */
const KEYS: Readonly<Record<SlideSort, { readonly key: Sql | null; readonly descending: boolean }>> = {
  newest: { key: null, descending: true },
  oldest: { key: null, descending: false },
  name: { key: sql`s.name`, descending: false },
  size: { key: sql`s.size_bytes`, descending: true },
  // No score is below every score.
  score: { key: sql`coalesce(newest.score, -1)`, descending: true },
};

/** One page, by keyset: a slide that arrives or goes meanwhile neither repeats nor hides another. */
export async function listSlides(tx: Tx, tenantId: string, request: SlideListRequest): Promise<Page<ListedSlide>> {
  const { limit, sort = 'newest', scoreModel } = request;
  const { key, descending } = KEYS[sort];
  const direction = descending ? sql`DESC` : sql`ASC`;
  const scored = scoreModel === undefined ? { column: sql``, join: sql`` } : scoreOf(scoreModel);
  const { rows } = await sql<ListedSlide & { readonly sortKey: string | number | null }>`
    SELECT s.*, ${key ?? sql`NULL`} AS sort_key ${scored.column}
    FROM slides s ${scored.join}
    WHERE ${sql.join([sql`s.tenant_id = ${tenantId}`, ...conditionsOf(request), ...afterCursor(request)], sql` AND `)}
    ORDER BY ${key === null ? sql`` : sql`${key} ${direction},`} s.id ${direction}
    LIMIT ${limit + 1}`.execute(tx);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined
      ? writeCursor({ order: orderOf(request), key: last.sortKey, id: last.id })
      : null;
  return { rows: page.map(({ sortKey: _, ...row }) => row), nextCursor };
}

function scoreOf(model: string): { readonly column: Sql; readonly join: Sql } {
  return {
    column: sql`, newest.score AS score`,
    join: sql`LEFT JOIN LATERAL (
      SELECT c.score FROM analyses a JOIN models m ON m.id = a.model_id LEFT JOIN scores c ON c.analysis_id = a.id
      WHERE a.slide_id = s.id AND a.state = 'succeeded' AND m.name = ${model} ORDER BY a.id DESC LIMIT 1
    ) newest ON true`,
  };
}

function conditionsOf({ state, q, caseRef, createdFrom, createdTo, hasAnalysis }: SlideListRequest): Sql[] {
  const conditions: Sql[] = [state === undefined ? sql`s.state <> 'deleting'` : sql`s.state = ${state}`];
  if (q !== undefined) {
    const part = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(sql`concat_ws(E'\n', s.name, s.case_ref, s.patient_ref, s.block_ref) ILIKE ${part}`);
  }
  if (caseRef !== undefined) conditions.push(sql`s.case_ref = ${caseRef}`);
  if (createdFrom !== undefined) conditions.push(sql`s.created_at >= ${createdFrom}`);
  if (createdTo !== undefined) conditions.push(sql`s.created_at < ${createdTo}`);
  if (hasAnalysis !== undefined) {
    const exists = sql`EXISTS (SELECT FROM analyses a WHERE a.slide_id = s.id)`;
    conditions.push(hasAnalysis ? exists : sql`NOT ${exists}`);
  }
  return conditions;
}

function afterCursor(request: SlideListRequest): Sql[] {
  if (request.cursor === undefined) return [];
  const { order, key: value, id } = readCursor(request.cursor);
  const { key, descending } = KEYS[request.sort ?? 'newest'];
  const ofAnother = order !== orderOf(request) || (key === null) !== (value === null);
  if (ofAnother) throw new GigascopeError('ARGUMENT_INVALID', 'the cursor belongs to a list of another order');
  const beyond = descending ? sql`<` : sql`>`;
  return [key === null ? sql`s.id ${beyond} ${id}` : sql`(${key}, s.id) ${beyond} (${value}, ${id})`];
}

function orderOf({ sort = 'newest', scoreModel }: SlideListRequest): string {
  return sort === 'score' ? `score ${scoreModel}` : sort;
}
