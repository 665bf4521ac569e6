import { paths, SlidePage, SlidesQuery } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { withClaims } from '../../present/with-claims.ts';
import { problems } from '../responses.ts';

export function registerListSlides(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.slides,
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'listSlides',
      summary: 'Slides, newest first or in another order',
      description:
        'Filters are joined by "and". Slides that arrive while pages are turned neither repeat nor hide others. ' +
        'With scoreModel each slide has the score of its newest succeeded analysis by that model.',
      tags: ['slides'],
      querystring: SlidesQuery,
      response: { 200: SlidePage, ...problems },
    },
    handler: async ({ tenantId, query }) => {
      const { rows, nextCursor } = await store.slides.list(tenantId, query);
      return { items: await withClaims(store, tenantId, rows), nextCursor };
    },
  });
}
