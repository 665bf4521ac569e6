import { AmendReview, IdParams, paths, ReviewSummary } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { readerOf } from '../../reviews/caller.ts';
import { EditHeaders, versionsOf } from '../../reviews/if-match.ts';
import { summaryAfter } from '../../reviews/summary-after.ts';
import { problems } from '../responses.ts';

export function registerAmendReview(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.amend(':id'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'amendReview',
      summary: 'Open a new edition of one’s own signed review',
      description: 'It begins as a copy; the signed edition stays as it is, and holds until the new one is signed.',
      tags: ['reviews'],
      params: IdParams,
      headers: EditHeaders,
      body: AmendReview,
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
      const row = await store.reviews.amend(tenantId, edit, body.reason);
      return reply.send(summaryAfter(reply, row, reader.id));
    },
  });
}
