import { Decision, fitsFinding, GigascopeError } from '@gigascope/contracts';
import { DecisionParams, paths, ReviewSummary } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { readerOf } from '../../reviews/caller.ts';
import { EditHeaders, versionsOf } from '../../reviews/if-match.ts';
import { summaryAfter } from '../../reviews/summary-after.ts';
import { problems } from '../responses.ts';

export function registerPutDecision(app: Api, { store }: Context): void {
  app.route({
    method: 'PUT',
    url: paths.decision(':id', ':key'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'putDecision',
      summary: 'Decide on one finding',
      description: 'What the reader adds has a key of the sender’s making: added- and a UUID.',
      tags: ['reviews'],
      params: DecisionParams,
      headers: EditHeaders,
      body: Decision,
      response: { 200: ReviewSummary, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id, key },
        body: decision,
        headers,
      } = request;
      if (!fitsFinding(key, decision))
        throw new GigascopeError('ARGUMENT_INVALID', 'only what was added under a key of its own is added');
      const reader = readerOf(request);
      const edit = { reviewId: id, reader, versions: versionsOf(headers) };
      return reply.send(
        summaryAfter(reply, await store.reviews.decide(tenantId, edit, [{ key, decision }]), reader.id),
      );
    },
  });
}
