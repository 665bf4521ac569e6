import { IdParams, paths, Slide } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentSlide } from '../../present/slide.ts';
import { found, problems } from '../responses.ts';
import { slideTag } from './slide-version.ts';

export function registerGetSlide(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.slide(':id'),
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'getSlide',
      summary: 'One slide',
      tags: ['slides'],
      params: IdParams,
      response: { 200: Slide, ...problems },
    },
    handler: async ({ tenantId, params }, reply) => {
      const row = found(await store.slides.get(tenantId, params.id), 'slide');
      return reply.header('etag', slideTag(row)).send(presentSlide(row));
    },
  });
}
