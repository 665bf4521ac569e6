import { EditDecisions, IdParams, paths, ReviewSummary } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { readerOf } from '../../reviews/caller.ts';
import { EditHeaders, versionsOf } from '../../reviews/if-match.ts';
import { summaryAfter } from '../../reviews/summary-after.ts';
import { problems } from '../responses.ts';

/** 500 polygons would be more; a reader draws few at a time. */
const MAX_DECISIONS_BYTES = 1024 * 1024;

export function registerEditDecisions(app: Api, { store }: Context): void {
  app.route({
    method: 'PATCH',
    url: paths.decisions(':id'),
    bodyLimit: MAX_DECISIONS_BYTES,
    config: { permission: 'reviews:write', cost: 2 },
    schema: {
      operationId: 'editDecisions',
      summary: 'Make and take back several decisions at once, all or none',
      tags: ['reviews'],
      params: IdParams,
      headers: EditHeaders,
      body: EditDecisions,
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
      return reply.send(summaryAfter(reply, await store.reviews.decide(tenantId, edit, body.changes), reader.id));
    },
  });
}
