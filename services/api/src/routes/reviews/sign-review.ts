import { IdParams, paths, ReviewSummary } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { readerOf } from '../../reviews/caller.ts';
import { EditHeaders, versionsOf } from '../../reviews/if-match.ts';
import { summaryAfter } from '../../reviews/summary-after.ts';
import { problems } from '../responses.ts';

export function registerSignReview(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.sign(':id'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'signReview',
      summary: 'Sign one’s own review off',
      description: 'It needs a confidence, is frozen by it, and lets go of the slide.',
      tags: ['reviews'],
      params: IdParams,
      headers: EditHeaders,
      response: { 200: ReviewSummary, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
        headers,
      } = request;
      const reader = readerOf(request);
      const edit = { reviewId: id, reader, versions: versionsOf(headers) };
      return reply.send(summaryAfter(reply, await store.reviews.sign(tenantId, edit), reader.id));
    },
  });
}
