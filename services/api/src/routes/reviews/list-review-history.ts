import { IdParams, paths, ReviewHistory, ReviewHistoryQuery } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentReviewChange } from '../../present/review.ts';
import { viewerOf } from '../../reviews/caller.ts';
import { found, problems } from '../responses.ts';

export function registerListReviewHistory(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.reviewHistory(':id'),
    config: { permission: 'reviews:read' },
    schema: {
      operationId: 'listReviewHistory',
      summary: 'Who changed what of a review, and when; oldest first',
      tags: ['reviews'],
      params: IdParams,
      querystring: ReviewHistoryQuery,
      response: { 200: ReviewHistory, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
        query,
      } = request;
      const { rows, nextCursor } = found(await store.reviews.history(tenantId, id, viewerOf(request), query), 'review');
      return reply.send({ items: rows.map(presentReviewChange), nextCursor });
    },
  });
}
