import type { Detection, Segment } from '@gigascope/contracts';
import { type RawBuilder, sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import { unpackRings } from './packed-rings.ts';
import type { Page } from './page.ts';

/** Level-0 pixels; what touches its border is in it. */
export interface AreaL0 {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface FindingsRequest {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly class?: string | undefined;
  readonly minProbability?: number | undefined;
  /** By bounding boxes. */
  readonly area?: AreaL0 | undefined;
  /** Level-0 pixels: the nearest first, with neither area nor cursor. */
  readonly near?: { readonly x: number; readonly y: number } | undefined;
}

export interface DensityRequest {
  /** Side of the square cells, whose grid begins at the slide's left upper corner; level-0 pixels. */
  readonly cellL0: number;
  readonly area?: AreaL0 | undefined;
  /** Answered at most. */
  readonly maxCells: number;
}

/** How many findings of a class have the centre of their bounding box in a cell. */
export interface DensityCell {
  readonly class: string;
  readonly col: number;
  readonly row: number;
  readonly count: number;
}

type Kind = 'detections' | 'segments';
type SegmentRow = Omit<Segment, 'rings'> & { ringCorners: number[]; pointsL0: number[] };

const CENTRE: Readonly<Record<Kind, { readonly x: RawBuilder<number>; readonly y: RawBuilder<number> }>> = {
  detections: { x: sql`x_l0 + width_l0 / 2`, y: sql`y_l0 + height_l0 / 2` },
  segments: { x: sql`(center(box_l0))[0]`, y: sql`(center(box_l0))[1]` },
};

/**
 * Boxes and outlines of analyses that succeeded, by rank and by place. Everything is null for other analyses. What is of an
 * area comes through the functions of migration 0005, for under row-level security no index is asked about a box.
 */
export class Findings {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  detections(tenantId: string, analysisId: string, request: FindingsRequest): Promise<Page<Detection> | null> {
    return this.#ofSucceeded(tenantId, analysisId, async (tx) => {
      const { rows } = await sql<Detection>`
        SELECT rank, class, probability, x_l0 AS "x0L0", y_l0 AS "y0L0", x_l0 + width_l0 AS "x1L0",
          y_l0 + height_l0 AS "y1L0"
        FROM ${matching('detections', tenantId, analysisId, request)} ${orderOf(request)}`.execute(tx);
      return pageByRank(rows, request);
    });
  }

  segments(tenantId: string, analysisId: string, request: FindingsRequest): Promise<Page<Segment> | null> {
    return this.#ofSucceeded(tenantId, analysisId, async (tx) => {
      const { rows } = await sql<SegmentRow>`
        SELECT rank, class, probability, area_um2 AS "areaUm2", ring_corners AS "ringCorners", points_l0 AS "pointsL0"
        FROM ${matching('segments', tenantId, analysisId, request)} ${orderOf(request)}`.execute(tx);
      const segments = rows.map(({ ringCorners, pointsL0, ...rest }) => ({
        ...rest,
        rings: unpackRings({ ringCorners, pointsL0 }),
      }));
      return pageByRank(segments, request);
    });
  }

  /** By class, row and column; at most one cell more than `maxCells`, which says that there are more. */
  density(
    kind: Kind,
    tenantId: string,
    analysisId: string,
    { cellL0, area, maxCells }: DensityRequest,
  ): Promise<readonly DensityCell[] | null> {
    const { x, y } = CENTRE[kind];
    const cells =
      area === undefined
        ? sql`(SELECT class, floor((${x}) / ${cellL0})::integer AS col, floor((${y}) / ${cellL0})::integer AS row,
            count(*)::integer AS count
          FROM ${sql.table(kind)} WHERE tenant_id = ${tenantId} AND analysis_id = ${analysisId} GROUP BY 1, 2, 3)`
        : sql`${sql.id(`count_${kind}_at`)}(${analysisId}, ${boxOf(area)}, ${cellL0})`;
    return this.#ofSucceeded(tenantId, analysisId, async (tx) => {
      const { rows } = await sql<DensityCell>`
        SELECT class, col, row, count FROM ${cells} AS cells ORDER BY class, row, col LIMIT ${maxCells + 1}`.execute(
        tx,
      );
      return rows;
    });
  }

  #ofSucceeded<T>(tenantId: string, analysisId: string, work: (tx: Tx) => Promise<T>): Promise<T | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.selectFrom('analyses').select('id').where('tenantId', '=', tenantId);
      const found = await query.where('id', '=', analysisId).where('state', '=', 'succeeded').executeTakeFirst();
      return found === undefined ? null : await work(tx);
    });
  }
}

/** One row more than the limit, which says that there are more. */
function matching(kind: Kind, tenantId: string, analysisId: string, request: FindingsRequest): RawBuilder<unknown> {
  const { class: className = null, minProbability = 0, area, near, limit } = request;
  if (near !== undefined) {
    const place = sql`point(${near.x}, ${near.y})`;
    return sql`${sql.id(`${kind}_near`)}(${analysisId}, ${place}, ${className}, ${minProbability}, ${limit})`;
  }
  const after = Number(request.cursor ?? 0);
  if (area !== undefined) {
    const filters = sql`${className}, ${minProbability}, ${after}, ${limit + 1}`;
    return sql`${sql.id(`${kind}_at`)}(${analysisId}, ${boxOf(area)}, ${filters})`;
  }
  return sql`(
    SELECT * FROM ${sql.table(kind)}
    WHERE tenant_id = ${tenantId} AND analysis_id = ${analysisId} AND rank > ${after}
      AND probability >= ${minProbability} AND (${className}::text IS NULL OR class = ${className})
    ORDER BY rank LIMIT ${limit + 1}) AS own`;
}

function boxOf({ x0, y0, x1, y1 }: AreaL0): RawBuilder<unknown> {
  return sql`box(point(${x0}, ${y0}), point(${x1}, ${y1}))`;
}

/** A function's rows come in its own order. */
function orderOf({ near }: FindingsRequest): RawBuilder<unknown> {
  return near === undefined ? sql`ORDER BY rank` : sql``;
}

function pageByRank<Row extends { readonly rank: number }>(
  rows: readonly Row[],
  { limit }: FindingsRequest,
): Page<Row> {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? String(page.at(-1)?.rank) : null };
}
