import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../../connection.ts';
import type { Reader, ReviewRow } from '../../review-rows.ts';
import { selectReviews } from './select-reviews.ts';

/** Whose review is changed, and which version of it the change was made to. */
export interface ReviewEdit {
  readonly reviewId: string;
  readonly reader: Reader;
  /** Those that If-Match names. */
  readonly versions: readonly number[];
}

/**
 * Locks one's own review until the transaction ends, so that edits come one after another; null when there is none.
 * @throws GigascopeError FORBIDDEN for another's.
 */
export async function lockOwn(
  tx: Tx,
  tenantId: string,
  { reviewId, reader }: Omit<ReviewEdit, 'versions'>,
): Promise<ReviewRow | null> {
  await sql`SELECT FROM reviews WHERE id = ${reviewId} AND tenant_id = ${tenantId} FOR UPDATE`.execute(tx);
  // A statement of its own: it sees what the one before waited for.
  const [review] = await selectReviews(tx, sql`r.id = ${reviewId} AND r.tenant_id = ${tenantId}`);
  if (review === undefined) return null;
  if (review.readerId !== reader.id) throw new GigascopeError('FORBIDDEN', 'the review is another reader’s');
  return review;
}

/** @throws GigascopeError EDIT_CONFLICT when the edit was made to another version. */
export function requireVersion({ version }: ReviewRow, { versions }: ReviewEdit): void {
  if (!versions.includes(version)) throw new GigascopeError('EDIT_CONFLICT', `the current version is ${version}`);
}

/** Locks one's own open review for an edit. @throws GigascopeError FORBIDDEN, REVIEW_SIGNED or EDIT_CONFLICT. */
export async function lockOpen(tx: Tx, tenantId: string, edit: ReviewEdit): Promise<ReviewRow | null> {
  const review = await lockOwn(tx, tenantId, edit);
  if (review === null) return null;
  if (review.state === 'signed') throw new GigascopeError('REVIEW_SIGNED');
  requireVersion(review, edit);
  return review;
}
