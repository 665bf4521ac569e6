import { IdParams, PutTruth, paths, SlideTruth } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { readerOf } from '../../reviews/caller.ts';
import { found, problems } from '../responses.ts';

export function registerPutTruth(app: Api, { store }: Context): void {
  app.route({
    method: 'PUT',
    url: paths.truth(':id'),
    config: { permission: 'reviews:adjudicate' },
    schema: {
      operationId: 'putTruth',
      summary: 'State what a slide is, for measuring readers and models',
      tags: ['reviews'],
      params: IdParams,
      body: PutTruth,
      response: { 200: SlideTruth, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
        body: { label },
      } = request;
      const isThere = await store.readerStudies.setTruth(tenantId, id, label, readerOf(request).id);
      found(isThere ? id : null, 'slide');
      return reply.send({ slideId: id, label });
    },
  });
}
