import { IdParams, IiifInfo, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { iiifInfo } from '../../iiif/info.ts';
import { problems } from '../responses.ts';
import { iiifAddress, openToViewers } from './iiif-address.ts';
import { readySlide } from './ready-slide.ts';

const JSON_LD = 'application/ld+json';
const PROFILE = 'http://iiif.io/api/image/3/level2.json';

export function registerGetIiifInfo(app: Api, { store, access }: Context): void {
  const onRequest = openToViewers(access);
  app.route({
    method: 'GET',
    url: paths.iiifInfo(':id'),
    config: { permission: 'slides:read' },
    onRequest,
    schema: {
      operationId: 'getIiifInfo',
      summary: 'The slide as a IIIF image service',
      description: 'IIIF Image API 3.0, level 2. Pages of other sites may read it where keys are needed.',
      tags: ['slides'],
      params: IdParams,
      response: { 200: IiifInfo, ...problems },
    },
    handler: async (request, reply) => {
      const { metadata } = await readySlide(store, request.tenantId, request.params.id);
      const wanted = request.headers.accept?.includes(JSON_LD) === true;
      return reply
        .header('link', `<${PROFILE}>;rel="profile"`)
        .header('cache-control', 'private, no-cache')
        .header('vary', 'accept')
        .type(wanted ? `${JSON_LD};profile="http://iiif.io/api/image/3/context.json"` : 'application/json')
        .send(
          iiifInfo(iiifAddress(request, request.params.id), { width: metadata.widthL0, height: metadata.heightL0 }),
        );
    },
  });
  app.route({
    method: 'GET',
    url: paths.iiif(':id'),
    config: { permission: 'slides:read' },
    onRequest,
    schema: {
      operationId: 'findIiifInfo',
      summary: 'Leads to info.json',
      tags: ['slides'],
      params: IdParams,
      response: { ...problems },
    },
    handler: async ({ params }, reply) => reply.redirect(paths.iiifInfo(params.id), 303),
  });
}
