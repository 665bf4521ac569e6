import { DetectionPage, FindingsQuery, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { IMMUTABLE, problems } from '../responses.ts';
import { areaOf, pointOf } from './area-of.ts';
import { requireSucceeded } from './require-succeeded.ts';

export function registerListDetections(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.detections(':id'),
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'listDetections',
      summary: 'Boxes of an analysis by rank, of the whole slide or of an area',
      description: 'Pages follow one another by cursor, with the same filters. Empty where the model finds no boxes.',
      tags: ['analyses'],
      params: IdParams,
      querystring: FindingsQuery,
      response: { 200: DetectionPage, ...problems },
    },
    handler: async ({ tenantId, params: { id }, query }, reply) => {
      const request = { ...query, area: areaOf(query), near: pointOf(query.near) };
      const page = await requireSucceeded(store, tenantId, id, () => store.findings.detections(tenantId, id, request));
      return reply.header('cache-control', IMMUTABLE).send({ items: [...page.rows], nextCursor: page.nextCursor });
    },
  });
}
