import { AnnotationSetParams, AnnotationSetQuery, paths } from '@gigascope/contracts/http';
import { annotationsGeoJson, readQuPathGeoJson } from '@gigascope/exchange';
import { requireSight } from '../../annotations/may-see.ts';
import type { Api, Context } from '../../context.ts';
import { binary, found, problems } from '../responses.ts';
import { readySlide } from '../slides/ready-slide.ts';

const GEOJSON = 'application/geo+json';

export function registerGetAnnotations(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.annotationSet(':id', ':setId'),
    config: { permission: 'reviews:read', cost: 5 },
    schema: {
      operationId: 'getAnnotations',
      summary: 'A set of annotations as GeoJSON, level-0 pixels',
      description: 'QuPath counts from the corner of what was scanned: for it, ask with origin=bounds.',
      tags: ['reviews'],
      params: AnnotationSetParams,
      querystring: AnnotationSetQuery,
      response: { 200: binary('A FeatureCollection', GEOJSON), ...problems },
    },
    handler: async (request, reply) => {
      const { tenantId, params, query } = request;
      const set = found(await store.annotations.get(tenantId, params.id, params.setId), 'set of annotations');
      requireSight(request, set.kind);
      const { boundsL0 } = (await readySlide(store, tenantId, params.id)).metadata;
      const isMoved = query.origin === 'bounds' && boundsL0 !== null;
      const text = isMoved
        ? annotationsGeoJson(readQuPathGeoJson(set.geojson, { origin: 'l0' }), { origin: 'bounds', boundsL0 })
        : set.geojson;
      return reply
        .type(GEOJSON)
        .header('cache-control', 'private, no-cache')
        .header('content-disposition', `attachment; filename="${set.id}.geojson"`)
        .send(Buffer.from(text));
    },
  });
}
