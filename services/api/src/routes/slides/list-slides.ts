import { GigascopeError, type Permission } from '@gigascope/contracts';
import { paths, SlidePage, SlidesQuery } from '@gigascope/contracts/http';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { withClaims } from '../../present/with-claims.ts';
import { presentWorklist } from '../../present/worklist.ts';
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
        'With scoreModel each slide has the score of its newest succeeded analysis by that model; with worklist=true what ' +
        'a reader’s list shows of it: its analyses, and whose reviews there are and how far.',
      tags: ['slides'],
      querystring: SlidesQuery,
      response: { 200: SlidePage, ...problems },
    },
    handler: async (request) => {
      const { tenantId, query } = request;
      const { worklist, review: progress, ...filter } = query;
      const { id: readerId, permissions } = principalOf(request);
      if (progress !== undefined) require(permissions, 'reviews:read');
      const asked = { ...filter, review: progress && { progress, readerId } };
      if (worklist === true) {
        require(permissions, 'analyses:read');
        return presentWorklist(await store.worklist.page(tenantId, asked), { id: readerId, permissions }, new Date());
      }
      const { rows, nextCursor } = await store.slides.list(tenantId, asked);
      return { items: await withClaims(store, tenantId, rows), nextCursor };
    },
  });
}

function require(permissions: ReadonlySet<Permission>, needed: Permission): void {
  if (!permissions.has(needed)) throw new GigascopeError('FORBIDDEN', `it needs ${needed}`);
}
