import { IdParams, paths, SlideVerdict } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { viewerOf } from '../../reviews/caller.ts';
import { verdictOf } from '../../reviews/verdict-of.ts';
import { found, problems } from '../responses.ts';

export function registerGetVerdict(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.verdict(':id'),
    config: { permission: 'reviews:read' },
    schema: {
      operationId: 'getVerdict',
      summary: 'What holds of a slide',
      description:
        'The adjudication, else the review when one alone is signed. A reader with an open review of the slide is not told.',
      tags: ['reviews'],
      params: IdParams,
      response: { 200: SlideVerdict, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
      } = request;
      const signed = found(await store.reviews.signedOfSlide(tenantId, id, viewerOf(request)), 'slide');
      if (signed === 'blinded') return reply.send({ verdict: null, blinded: true, awaitsAdjudication: false });
      const verdict = verdictOf(signed);
      return reply.send({ verdict, blinded: false, awaitsAdjudication: verdict === null && signed.length > 1 });
    },
  });
}
