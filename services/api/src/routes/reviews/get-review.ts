import { IdParams, paths, Review, ReviewQuery } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentReview } from '../../present/review.ts';
import { viewerOf } from '../../reviews/caller.ts';
import { etagOf } from '../../reviews/if-match.ts';
import { found, problems } from '../responses.ts';

export function registerGetReview(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.review(':id'),
    config: { permission: 'reviews:read' },
    schema: {
      operationId: 'getReview',
      summary: 'One review with what it says',
      description:
        'The newest edition that may be seen: of another’s review the newest signed one, and none while one’s own review of the slide is open.',
      tags: ['reviews'],
      params: IdParams,
      querystring: ReviewQuery,
      response: { 200: Review, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
        query: { edition },
      } = request;
      const viewer = viewerOf(request);
      const seen = found(await store.reviews.get(tenantId, id, viewer, edition), 'review');
      return reply.header('etag', etagOf(seen.review)).send(presentReview(seen, viewer.readerId));
    },
  });
}
