import { FindingsQuery, IdParams, paths, SegmentPage } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { IMMUTABLE, problems } from '../responses.ts';
import { areaOf, pointOf } from './area-of.ts';
import { requireSucceeded } from './require-succeeded.ts';

export function registerListSegments(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.segments(':id'),
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'listSegments',
      summary: 'Outlines of an analysis by rank, of the whole slide or of an area',
      description:
        'Pages follow one another by cursor, with the same filters. Empty where the model makes no outlines. An outline ' +
        'is in an area when its bounding box touches it.',
      tags: ['analyses'],
      params: IdParams,
      querystring: FindingsQuery,
      response: { 200: SegmentPage, ...problems },
    },
    handler: async ({ tenantId, params: { id }, query }, reply) => {
      const request = { ...query, area: areaOf(query), near: pointOf(query.near) };
      const page = await requireSucceeded(store, tenantId, id, () => store.findings.segments(tenantId, id, request));
      return reply.header('cache-control', IMMUTABLE).send({ items: [...page.rows], nextCursor: page.nextCursor });
    },
  });
}
