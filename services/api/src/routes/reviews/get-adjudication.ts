import { GigascopeError } from '@gigascope/contracts';
import { Adjudication, AdjudicationQuery, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { viewerOf } from '../../reviews/caller.ts';
import { presentAdjudication } from '../../reviews/present-adjudication.ts';
import { found, problems } from '../responses.ts';

export function registerGetAdjudication(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.adjudication(':id'),
    config: { permission: 'reviews:adjudicate', cost: 5 },
    schema: {
      operationId: 'getAdjudication',
      summary: 'Signed reviews of a slide side by side',
      description:
        'Of one analysis, whose findings they share. The last word is a review with the purpose adjudication. ' +
        'FORBIDDEN while one’s own reading of the slide is open.',
      tags: ['reviews'],
      params: IdParams,
      querystring: AdjudicationQuery,
      response: { 200: Adjudication, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
        query: { analysisId },
      } = request;
      const viewer = viewerOf(request);
      const signed = found(await store.reviews.signedOfSlide(tenantId, id, viewer), 'slide');
      if (signed === 'blinded') throw new GigascopeError('FORBIDDEN', 'your own review of the slide is open');
      return reply.send(presentAdjudication(id, signed, viewer.readerId, analysisId));
    },
  });
}
