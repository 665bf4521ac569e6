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
        'Of one analysis, whose findings they share. The last word is a review with the purpose adjudication.',
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
      return reply.send(presentAdjudication(id, signed === 'blinded' ? [] : signed, viewer.readerId, analysisId));
    },
  });
}
