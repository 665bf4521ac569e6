import { IdParams, paths, ReviewList } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentReviewSummary } from '../../present/review.ts';
import { viewerOf } from '../../reviews/caller.ts';
import { found, problems } from '../responses.ts';

export function registerListSlideReviews(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.reviewsOfSlide(':id'),
    config: { permission: 'reviews:read' },
    schema: {
      operationId: 'listSlideReviews',
      summary: 'Reviews of a slide, whichever analysis they are of',
      description: 'Whose they are and how far; what they say is read one by one.',
      tags: ['reviews'],
      params: IdParams,
      response: { 200: ReviewList, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
      } = request;
      const { readerId } = viewerOf(request);
      const rows = found(await store.reviews.ofSlide(tenantId, id), 'slide');
      return reply.send({ items: rows.map((row) => presentReviewSummary(row, readerId)) });
    },
  });
}
