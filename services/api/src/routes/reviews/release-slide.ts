import { IdParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { viewerOf } from '../../reviews/caller.ts';
import { problems } from '../responses.ts';

export function registerReleaseSlide(app: Api, { store }: Context): void {
  app.route({
    method: 'DELETE',
    url: paths.claim(':id'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'releaseSlide',
      summary: 'Let go of a slide',
      description: 'Another’s claim is ended by those who may adjudicate.',
      tags: ['reviews'],
      params: IdParams,
      response: { 204: z.undefined().describe('Nobody holds it'), ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
      } = request;
      await store.claims.release(tenantId, id, viewerOf(request));
      return reply.code(204).send(undefined);
    },
  });
}
