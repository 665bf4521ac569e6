import { EditReview, IdParams, paths, ReviewSummary } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { readerOf } from '../../reviews/caller.ts';
import { EditHeaders, versionsOf } from '../../reviews/if-match.ts';
import { summaryAfter } from '../../reviews/summary-after.ts';
import { problems } from '../responses.ts';

export function registerEditReview(app: Api, { store }: Context): void {
  app.route({
    method: 'PATCH',
    url: paths.review(':id'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'editReview',
      summary: 'Set confidence, comment or time limit of one’s own open review',
      tags: ['reviews'],
      params: IdParams,
      headers: EditHeaders,
      body: EditReview,
      response: { 200: ReviewSummary, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
        body,
        headers,
      } = request;
      const reader = readerOf(request);
      const edit = { reviewId: id, reader, versions: versionsOf(headers) };
      return reply.send(summaryAfter(reply, await store.reviews.edit(tenantId, edit, body), reader.id));
    },
  });
}
