import { type RawBuilder, sql } from 'kysely';

/** Slides by how far their review is, as `readerId` sees it. */
export interface ReviewFilter {
  /**
   * todo: ready and not signed by anyone; mine: claimed by the reader, or with an open review of theirs; untouched: ready,
   * claimed by nobody and with no review begun.
   */
  readonly progress: 'todo' | 'mine' | 'claimed' | 'signed' | 'untouched';
  readonly readerId: string;
}

type Condition = RawBuilder<unknown>;

/** Of the slide `s`. That a review is there and how far it is shows to every reader, also to those who are blinded. */
export function reviewCondition({ progress, readerId }: ReviewFilter): Condition {
  switch (progress) {
    case 'todo':
      return sql`(s.state = 'ready' AND NOT ${hasReview(sql`e.state = 'signed'`)})`;
    case 'signed':
      return hasReview(sql`e.state = 'signed'`);
    case 'claimed':
      return isClaimed(sql`true`);
    case 'mine':
      return sql`(${isClaimed(sql`c.reader_id = ${readerId}`)}
        OR ${hasReview(sql`e.state = 'open' AND r.reader_id = ${readerId}`)})`;
    case 'untouched':
      return sql`(s.state = 'ready' AND NOT ${isClaimed(sql`true`)} AND NOT ${hasReview(sql`true`)})`;
  }
}

/** By the state of the newest edition. */
function hasReview(condition: Condition): Condition {
  return sql`EXISTS (
    SELECT FROM reviews r JOIN review_editions e ON e.review_id = r.id AND e.edition = r.edition
    WHERE r.slide_id = s.id AND ${condition})`;
}

function isClaimed(condition: Condition): Condition {
  return sql`EXISTS (
    SELECT FROM slide_claims c WHERE c.slide_id = s.id AND c.lease_until > clock_timestamp() AND ${condition})`;
}
