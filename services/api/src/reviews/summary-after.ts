import type { ReviewSummary } from '@gigascope/contracts/http';
import type { ReviewRow } from '@gigascope/store';
import type { FastifyReply } from 'fastify';
import { presentReviewSummary } from '../present/review.ts';
import { found } from '../routes/responses.ts';
import { etagOf } from './if-match.ts';

/** How a review stands after an edit, with the ETag that the next one names. */
export function summaryAfter(
  reply: Pick<FastifyReply, 'header'>,
  row: ReviewRow | null,
  callerId: string,
): ReviewSummary {
  const review = found(row, 'review');
  void reply.header('etag', etagOf(review));
  return presentReviewSummary(review, callerId);
}
