import { technicalProperties } from '@gigascope/contracts';
import { IdParams, PropertiesQuery, paths, SlideProperties } from '@gigascope/contracts/http';
import { recordSight } from '../../access/register-audit.ts';
import { requirePhi } from '../../access/require-phi.ts';
import type { Api, Context } from '../../context.ts';
import { problems } from '../responses.ts';
import { readySlide } from './ready-slide.ts';

export function registerGetProperties(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.properties(':id'),
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'getSlideProperties',
      summary: 'What the scanner wrote into the file',
      description:
        'Without `identifying=true` only what is known to be technical: scanners write names, dates and barcodes anywhere. ' +
        'With it all, for those with phi:read.',
      tags: ['slides'],
      params: IdParams,
      querystring: PropertiesQuery,
      response: { 200: SlideProperties, ...problems },
    },
    handler: async (request, reply) => {
      const { identifying = false } = request.query;
      if (identifying) requirePhi(request);
      const { properties: all } = (await readySlide(store, request.tenantId, request.params.id)).metadata;
      if (identifying) await recordSight(store, request, 'viewIdentifyingProperties');
      const properties = identifying ? all : technicalProperties(all);
      const removed = Object.keys(all).length - Object.keys(properties).length;
      return reply.header('cache-control', 'private, no-store').send({ identifying, removed, properties });
    },
  });
}
