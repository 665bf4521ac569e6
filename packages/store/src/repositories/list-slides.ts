import { GigascopeError } from '@gigascope/contracts';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../connection.ts';
import type { ListedSlide, SlideState } from '../rows.ts';
import type { Page, PageRequest } from './page.ts';
import { type ReviewFilter, reviewCondition } from './review-condition.ts';
import { readCursor, writeCursor } from './slide-cursor.ts';

export type SlideSort = 'newest' | 'oldest' | 'name' | 'size' | 'score' | 'uncertainty' | 'priority';

/** How far a slide and its analyses are. */
export type SlideStanding = 'checking' | 'refused' | 'new' | 'open' | 'done' | 'failed';

/** What of a laboratory's slides is asked for; filters are joined by "and". */
export interface SlideFilter {
  /** A model's name, whose analyses alone count; without it those of all models. */
  readonly scoreModel?: string | undefined;
  /** Without it all but those that are being deleted. */
  readonly state?: SlideState | undefined;
  readonly standing?: SlideStanding | undefined;
  readonly review?: ReviewFilter | undefined;
  /** Part of the name or of a reference. */
  readonly q?: string | undefined;
  readonly caseRef?: string | undefined;
  readonly createdFrom?: string | undefined;
  /** Not included. */
  readonly createdTo?: string | undefined;
  readonly hasAnalysis?: boolean | undefined;
  readonly ids?: readonly string[] | undefined;
}

export interface SlideListRequest extends SlideFilter, PageRequest {
  readonly sort?: SlideSort | undefined;
}

/** With the ids of what a worklist shows of its analyses; null where there is none. */
export interface PlacedSlide extends ListedSlide {
  readonly newestId: string | null;
  readonly scoredId: string | null;
  readonly openId: string | null;
}

type Sql = RawBuilder<unknown>;

interface SortKey {
  readonly key: Sql;
  /** Of a slide without a place, where a model's analyses alone count; null: the key is the slide's own. */
  readonly missing: Sql | null;
  readonly id: Sql;
  readonly descending: boolean;
}

const OF_SLIDE = { missing: null, id: sql`s.id` } as const;
const OF_PLACE = { id: sql`w.slide_id`, descending: true } as const;

/** What slides are ordered by before their id; null: by their id alone, which is their age. */
const KEYS: Readonly<Record<SlideSort, SortKey | { readonly key: null; readonly descending: boolean }>> = {
  newest: { key: null, descending: true },
  oldest: { key: null, descending: false },
  name: { ...OF_SLIDE, key: sql`s.name_order`, descending: false },
  size: { ...OF_SLIDE, key: sql`s.size_bytes`, descending: true },
  score: { ...OF_PLACE, key: sql`w.suspicion`, missing: sql`-1` },
  uncertainty: { ...OF_PLACE, key: sql`w.uncertainty`, missing: sql`-2` },
  priority: { ...OF_PLACE, key: sql`w.urgency`, missing: sql`-1` },
};

interface Order {
  /** null: by id alone. */
  readonly key: Sql | null;
  /** Of the table whose index has the key. */
  readonly id: Sql;
  readonly descending: boolean;
}

function orderFor({ sort = 'newest', scoreModel }: SlideListRequest): Order {
  const found = KEYS[sort];
  if (found.key === null || found.missing === null)
    return { key: found.key, id: OF_SLIDE.id, descending: found.descending };
  // Every slide has a place among all models', which an index has in order; not so among one model's.
  if (scoreModel === undefined) return found;
  return { key: sql`coalesce(${found.key}, ${found.missing})`, id: OF_SLIDE.id, descending: found.descending };
}

/** One page, by keyset: a slide that arrives or goes meanwhile neither repeats nor hides another. */
export async function listSlides(tx: Tx, tenantId: string, request: SlideListRequest): Promise<Page<PlacedSlide>> {
  const { limit, scoreModel } = request;
  const { key, id, descending } = orderFor(request);
  const direction = descending ? sql`DESC` : sql`ASC`;
  const scored = scoreModel !== undefined;
  const { rows } = await sql<PlacedSlide & { readonly sortKey: string | number | null }>`
    SELECT s.*, w.newest_id, w.scored_id, w.open_id, ${key ?? sql`NULL`} AS sort_key
      ${scored ? sql`, c.score AS score` : sql``}
    FROM slides s ${placesOf(request)} ${scored ? sql`LEFT JOIN scores c ON c.analysis_id = w.scored_id` : sql``}
    WHERE ${sql.join([...conditionsOf(tenantId, request), ...afterCursor(request)], sql` AND `)}
    ORDER BY ${key === null ? sql`` : sql`${key} ${direction},`} ${id} ${direction}
    LIMIT ${limit + 1}`.execute(tx);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined
      ? writeCursor({ order: nameOf(request), key: last.sortKey, id: last.id })
      : null;
  return { rows: page.map(({ sortKey: _, ...row }) => row), nextCursor };
}

/** How many slides pass, counted no further than `most`. */
export async function countSlides(tx: Tx, tenantId: string, filter: SlideFilter, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM (
      SELECT FROM slides s ${filter.standing === undefined ? sql`` : placesOf({ scoreModel: filter.scoreModel })}
      WHERE ${sql.join(conditionsOf(tenantId, filter), sql` AND `)} LIMIT ${most}) AS passing`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Each slide's place as `w`, of migrations/0018. */
function placesOf({
  scoreModel,
  sort = 'newest',
  cursor,
}: Pick<SlideListRequest, 'scoreModel' | 'sort' | 'cursor'>): Sql {
  const join = scoreModel === undefined ? sql`JOIN` : sql`LEFT JOIN`;
  const { key, descending } = KEYS[sort];
  // Follows from the slide's own bound, which the planner does not see: it would merge both from the first row on.
  const bound =
    key === null && cursor !== undefined
      ? sql`AND w.slide_id ${descending ? sql`<` : sql`>`} ${readCursor(cursor).id}`
      : sql``;
  return sql`${join} worklist_places w
    ON w.slide_id = s.id AND w.tenant_id = s.tenant_id AND w.model_name = ${scoreModel ?? ''} ${bound}`;
}

function conditionsOf(tenantId: string, filter: SlideFilter): Sql[] {
  const { state, standing, review, q, caseRef, createdFrom, createdTo, hasAnalysis, ids } = filter;
  const conditions: Sql[] = [
    sql`s.tenant_id = ${tenantId}`,
    state === undefined ? sql`s.state <> 'deleting'` : sql`s.state = ${state}`,
  ];
  if (standing !== undefined) conditions.push(isAt(standing));
  if (review !== undefined) conditions.push(reviewCondition(review));
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
  if (ids !== undefined) conditions.push(sql`s.id = ANY (${ids}::uuid[])`);
  return conditions;
}

function isAt(standing: SlideStanding): Sql {
  if (standing === 'refused') return sql`s.state = 'rejected'`;
  if (standing === 'checking') return sql`s.state IN ('received', 'verified')`;
  return sql`s.state = 'ready' AND coalesce(w.standing, 'new') = ${standing}`;
}

function afterCursor(request: SlideListRequest): Sql[] {
  if (request.cursor === undefined) return [];
  const { order, key: value, id: last } = readCursor(request.cursor);
  const { key, id, descending } = orderFor(request);
  const ofAnother = order !== nameOf(request) || (key === null) !== (value === null);
  if (ofAnother) throw new GigascopeError('ARGUMENT_INVALID', 'the cursor belongs to a list of another order');
  const beyond = descending ? sql`<` : sql`>`;
  return [key === null ? sql`${id} ${beyond} ${last}` : sql`(${key}, ${id}) ${beyond} (${value}, ${last})`];
}

/** As a cursor names the order. */
function nameOf({ sort = 'newest', scoreModel }: SlideListRequest): string {
  const { key } = KEYS[sort];
  return key === null || scoreModel === undefined ? sort : `${sort} ${scoreModel}`;
}
