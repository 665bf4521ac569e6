import { DecisionParams, paths, ReviewSummary } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { readerOf } from '../../reviews/caller.ts';
import { EditHeaders, versionsOf } from '../../reviews/if-match.ts';
import { summaryAfter } from '../../reviews/summary-after.ts';
import { problems } from '../responses.ts';

export function registerDeleteDecision(app: Api, { store }: Context): void {
  app.route({
    method: 'DELETE',
    url: paths.decision(':id', ':key'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'deleteDecision',
      summary: 'Take a decision back',
      description: 'Also one that was not made, which changes nothing.',
      tags: ['reviews'],
      params: DecisionParams,
      headers: EditHeaders,
      response: { 200: ReviewSummary, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id, key },
        headers,
      } = request;
      const reader = readerOf(request);
      const edit = { reviewId: id, reader, versions: versionsOf(headers) };
      const row = await store.reviews.decide(tenantId, edit, [{ key, decision: null }]);
      return reply.send(summaryAfter(reply, row, reader.id));
    },
  });
}
