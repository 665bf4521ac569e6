import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { ClaimRow, ReviewRow } from '../review-rows.ts';
import type { AnalysisRow, ListedSlide } from '../rows.ts';
import { currentClaims } from './claims.ts';
import { countSlides, listSlides, type SlideListRequest } from './list-slides.ts';
import { selectReviews } from './reviews/select-reviews.ts';
import { selectAnalyses } from './select-analyses.ts';

/** Nobody scrolls further; counting goes no further either. */
const COUNT_AT_MOST = 10_001;

/** A slide with what is known of it. */
export interface WorklistRow {
  readonly slide: ListedSlide;
  readonly claim: ClaimRow | null;
  /** The newest, the newest that succeeded and the newest that is under way, each once, newest first. */
  readonly analyses: readonly AnalysisRow[];
  /** Oldest first. */
  readonly reviews: readonly ReviewRow[];
}

export interface WorklistPage {
  readonly rows: readonly WorklistRow[];
  readonly nextCursor: string | null;
  /** How many slides pass, up to 10,001; null on later pages. */
  readonly total: number | null;
}

/** The slides of a laboratory as those see them who work through them. */
export class Worklist {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** One page and all that it shows, in one transaction. Throws ARGUMENT_INVALID for a cursor of another order. */
  page(tenantId: string, request: SlideListRequest): Promise<WorklistPage> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows, nextCursor } = await listSlides(tx, tenantId, request);
      const total = request.cursor === undefined ? await countSlides(tx, tenantId, request, COUNT_AT_MOST) : null;
      const ids = rows.map(({ id }) => id);
      const claims = new Map((await currentClaims(tx, tenantId, ids)).map((claim) => [claim.slideId, claim]));
      const analyses = await analysesById(
        tx,
        tenantId,
        rows.flatMap(({ newestId, scoredId, openId }) => [newestId, scoredId, openId]),
      );
      const reviews = Map.groupBy(
        await selectReviews(tx, sql`r.tenant_id = ${tenantId} AND r.slide_id = ANY (${ids}::uuid[])`),
        ({ slideId }) => slideId,
      );
      return {
        rows: rows.map(({ newestId, scoredId, openId, ...slide }) => ({
          slide,
          claim: claims.get(slide.id) ?? null,
          analyses: newestFirst([newestId, scoredId, openId]).flatMap((id) => analyses.get(id) ?? []),
          reviews: reviews.get(slide.id) ?? [],
        })),
        nextCursor,
        total,
      };
    });
  }
}

/** Ids are UUIDv7: the larger, the newer. */
function newestFirst(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids)].filter((id) => id !== null).toSorted((a, b) => (a < b ? 1 : -1));
}

async function analysesById(
  tx: Tx,
  tenantId: string,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, AnalysisRow>> {
  const rows = await selectAnalyses(tx, tenantId)
    .where(sql<boolean>`a.id = ANY (${newestFirst(ids)}::uuid[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
