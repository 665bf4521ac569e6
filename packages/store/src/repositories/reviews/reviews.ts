import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection, Tx } from '../../connection.ts';
import type { Reader, ReviewChangeRow, ReviewRow, ReviewViewer, SeenReview, SignedReview } from '../../review-rows.ts';
import type { Page } from '../page.ts';
import { renewClaim } from '../renew-claim.ts';
import { type AttentionPeriod, attend } from './attend.ts';
import type { DecisionChange } from './check-decisions.ts';
import { decide } from './decide.ts';
import { editFields, type ReviewFields } from './edit-fields.ts';
import { lockOpen, lockOwn, type ReviewEdit, requireVersion } from './lock-review.ts';
import { type NewReview, type OpenedReview, openReview } from './open-review.ts';
import { type ReviewChangeEntry, recordChanges } from './record-changes.ts';
import { selectEditions } from './select-editions.ts';
import { isReading, noteSight, selectReviews } from './select-reviews.ts';
import { amend, signOff } from './sign-off.ts';

/**
 * What readers say of analyses. A reader changes only their own review, each change to a version that they name; who is at
 * an own reading of a slide, whatever else they may, is shown no other review of it until they have signed. Everything is
 * null where there is no such review.
 */
export class Reviews {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  open(tenantId: string, review: NewReview): Promise<OpenedReview | null> {
    return this.#connection.inTenant(tenantId, (tx) => openReview(tx, tenantId, review));
  }

  /** By the time they were opened; null when there is no such analysis. */
  ofAnalysis(tenantId: string, analysisId: string): Promise<readonly ReviewRow[] | null> {
    return this.#listOf(tenantId, 'analyses', 'analysis_id', analysisId);
  }

  ofSlide(tenantId: string, slideId: string): Promise<readonly ReviewRow[] | null> {
    return this.#listOf(tenantId, 'slides', 'slide_id', slideId);
  }

  /** With the edition asked for, or the newest that the viewer may see; what is shown of another's is noted. */
  get(tenantId: string, id: string, viewer: ReviewViewer, edition?: number): Promise<SeenReview | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const review = await find(tx, tenantId, id);
      if (review === null) return null;
      const isOwn = review.readerId === viewer.readerId;
      if (!(await mayRead(tx, tenantId, review, viewer))) return { review, content: null };
      const visible = isOwn || viewer.seesAll ? sql`true` : sql`e.state = 'signed'`;
      const asked = edition === undefined ? sql`true` : sql`e.edition = ${edition}`;
      const editions = await selectEditions(
        tx,
        sql`e.review_id = ${id} AND e.edition = (
          SELECT max(edition) FROM review_editions e WHERE e.review_id = ${id} AND ${visible} AND ${asked})`,
      );
      const content = editions[0] ?? null;
      if (content !== null && !isOwn) await noteSight(tx, tenantId, review.slideId, viewer.readerId);
      return { review, content };
    });
  }

  edit(tenantId: string, edit: ReviewEdit, fields: ReviewFields): Promise<ReviewRow | null> {
    return this.#change(tenantId, edit, (tx, review) => editFields(tx, review, fields));
  }

  /** All changes or none; what is so already is no change. @throws GigascopeError NOT_FOUND or ARGUMENT_INVALID of a finding. */
  decide(tenantId: string, edit: ReviewEdit, changes: readonly DecisionChange[]): Promise<ReviewRow | null> {
    return this.#change(tenantId, edit, (tx, review) => decide(tx, tenantId, review, changes));
  }

  sign(tenantId: string, edit: ReviewEdit): Promise<ReviewRow | null> {
    return this.#change(tenantId, edit, async (tx, review) => [await signOff(tx, review)]);
  }

  /** @throws GigascopeError CONFLICT for a review that is open. */
  amend(tenantId: string, edit: ReviewEdit, reason: string): Promise<ReviewRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const review = await lockOwn(tx, tenantId, edit);
      if (review === null) return null;
      if (review.state === 'open') throw new GigascopeError('CONFLICT', 'the review is open');
      requireVersion(review, edit);
      const amended = await amend(tx, tenantId, review, reason);
      const change = { kind: 'amended', subject: String(amended.edition), before: null, after: reason } as const;
      await recordChanges(tx, tenantId, amended, edit.reader, [change]);
      return find(tx, tenantId, review.id);
    });
  }

  /** Adds to the reading time and answers it in ms. It is no edit: two that are added at once are both kept. */
  attend(
    tenantId: string,
    reviewId: string,
    reader: Reader,
    periods: readonly AttentionPeriod[],
  ): Promise<number | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const review = await lockOwn(tx, tenantId, { reviewId, reader });
      if (review === null) return null;
      if (review.state === 'signed') throw new GigascopeError('REVIEW_SIGNED');
      await renewClaim(tx, review.slideId, reader.id);
      return attend(tx, review, periods);
    });
  }

  /** Oldest first; of another's review what was signed. @throws GigascopeError FORBIDDEN while the viewer is blinded. */
  history(
    tenantId: string,
    id: string,
    viewer: ReviewViewer,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<ReviewChangeRow> | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const review = await find(tx, tenantId, id);
      if (review === null) return null;
      if (!(await mayRead(tx, tenantId, review, viewer)))
        throw new GigascopeError('FORBIDDEN', 'your own review of the slide is open');
      const isOwn = review.readerId === viewer.readerId;
      const [version = 0, place = 0] = (cursor ?? '').split('.').map(Number);
      const { rows } = await sql<ReviewChangeRow>`
        SELECT c.version, c.place, c.edition, c.actor_kind, c.actor_id, c.actor_name, c.at, c.kind, c.subject, c.before,
          c.after
        FROM review_changes c JOIN review_editions e ON e.review_id = c.review_id AND e.edition = c.edition
        WHERE c.review_id = ${id} AND (c.version, c.place) > (${version}, ${place})
          AND ${isOwn || viewer.seesAll ? sql`true` : sql`e.state = 'signed'`}
        ORDER BY c.version, c.place LIMIT ${limit + 1}`.execute(tx);
      if (!isOwn && rows.length > 0) await noteSight(tx, tenantId, review.slideId, viewer.readerId);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return { rows: page, nextCursor: rows.length > limit && last ? `${last.version}.${last.place}` : null };
    });
  }

  /** The newest signed edition of each review of a slide; 'blinded' where the viewer is not shown them. */
  signedOfSlide(
    tenantId: string,
    slideId: string,
    viewer: ReviewViewer,
  ): Promise<readonly SignedReview[] | 'blinded' | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const reviews = await listOf(tx, tenantId, 'slides', 'slide_id', slideId);
      if (reviews === null) return null;
      if (await isReading(tx, tenantId, slideId, viewer.readerId)) return 'blinded';
      const editions = await selectEditions(
        tx,
        sql`e.review_id = ANY(${reviews.map(({ id }) => id)}::uuid[]) AND e.state = 'signed' AND NOT EXISTS (
          SELECT FROM review_editions later
          WHERE later.review_id = e.review_id AND later.state = 'signed' AND later.edition > e.edition)`,
      );
      const signed = reviews.flatMap((review) => {
        const content = editions.find(({ reviewId }) => reviewId === review.id);
        if (content === undefined || content.confidence === null || content.signedAt === null) return [];
        return [{ review, content: { ...content, confidence: content.confidence, signedAt: content.signedAt } }];
      });
      if (signed.some(({ review }) => review.readerId !== viewer.readerId))
        await noteSight(tx, tenantId, slideId, viewer.readerId);
      return signed;
    });
  }

  #listOf(tenantId: string, table: 'analyses' | 'slides', column: string, id: string) {
    return this.#connection.inTenant(tenantId, (tx) => listOf(tx, tenantId, table, column, id));
  }

  #change(
    tenantId: string,
    edit: ReviewEdit,
    work: (tx: Tx, review: ReviewRow) => Promise<readonly ReviewChangeEntry[]>,
  ): Promise<ReviewRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const review = await lockOpen(tx, tenantId, edit);
      if (review === null) return null;
      const changes = await work(tx, review);
      if (changes.length > 0) await recordChanges(tx, tenantId, review, edit.reader, changes);
      else await renewClaim(tx, review.slideId, edit.reader.id);
      return find(tx, tenantId, review.id);
    });
  }
}

async function find(tx: Tx, tenantId: string, id: string): Promise<ReviewRow | null> {
  return (await selectReviews(tx, sql`r.id = ${id} AND r.tenant_id = ${tenantId}`))[0] ?? null;
}

async function mayRead(tx: Tx, tenantId: string, review: ReviewRow, viewer: ReviewViewer): Promise<boolean> {
  if (review.readerId === viewer.readerId) return true;
  return !(await isReading(tx, tenantId, review.slideId, viewer.readerId));
}

async function listOf(
  tx: Tx,
  tenantId: string,
  table: 'analyses' | 'slides',
  column: string,
  id: string,
): Promise<readonly ReviewRow[] | null> {
  const known = await tx.selectFrom(table).select('id').where('tenantId', '=', tenantId).where('id', '=', id).execute();
  if (known.length === 0) return null;
  return selectReviews(tx, sql`r.tenant_id = ${tenantId} AND r.${sql.raw(column)} = ${id}`);
}
