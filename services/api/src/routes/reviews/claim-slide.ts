import { IdParams, paths, SlideClaim } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentClaim } from '../../present/review.ts';
import { readerOf } from '../../reviews/caller.ts';
import { found, problems } from '../responses.ts';

export function registerClaimSlide(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.claim(':id'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'claimSlide',
      summary: 'Take a slide to review it, or hold it on',
      description:
        'For 30 minutes, and on with everything that its reader does to a review of it. SLIDE_CLAIMED when it is another’s.',
      tags: ['reviews'],
      params: IdParams,
      response: { 200: SlideClaim, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
      } = request;
      return reply.send(presentClaim(found(await store.claims.claim(tenantId, id, readerOf(request)), 'slide')));
    },
  });
}
