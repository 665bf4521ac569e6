import { PageQuery, paths, SlidePage } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentSlide } from '../../present/slide.ts';
import { problems } from '../responses.ts';

export function registerListSlides(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.slides,
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'listSlides',
      summary: 'Slides, newest first',
      tags: ['slides'],
      querystring: PageQuery,
      response: { 200: SlidePage, ...problems },
    },
    handler: async ({ tenantId, query }) => {
      const { rows, nextCursor } = await store.slides.list(tenantId, query);
      return { items: rows.map(presentSlide), nextCursor };
    },
  });
}
