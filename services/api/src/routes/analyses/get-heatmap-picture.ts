import { HeatmapPngQuery, IdParams, paths } from '@gigascope/contracts/http';
import { colourHeatmap } from '@gigascope/findings';
import sharp from 'sharp';
import type { Api, Context } from '../../context.ts';
import { binary, IMMUTABLE, problems } from '../responses.ts';
import { requireSucceeded } from './require-succeeded.ts';

export function registerGetHeatmapPicture(app: Api, { store, heatmaps }: Context): void {
  app.route({
    method: 'GET',
    url: paths.heatmapPng(':id'),
    config: { permission: 'analyses:read', cost: 5 },
    schema: {
      operationId: 'getHeatmapPicture',
      summary: 'The heatmap in a chosen colour map, one pixel per cell, transparent off tissue',
      tags: ['analyses'],
      params: IdParams,
      querystring: HeatmapPngQuery,
      response: { 200: binary('The picture', 'image/png'), ...problems },
    },
    handler: async ({ tenantId, params: { id }, query: { map, from } }, reply) => {
      const { blobKey } = await requireSucceeded(store, tenantId, id, () =>
        store.analyses.artifact(tenantId, id, 'heatmap.npy'),
      );
      const [heatmap] = await heatmaps.get(blobKey);
      const pixels = colourHeatmap(heatmap, { map, opacityOf: (probability) => (probability < from ? 0 : 1) });
      const raw = { width: heatmap.columns, height: heatmap.rows, channels: 4 as const };
      const png = await sharp(pixels, { raw }).png().toBuffer();
      return reply.header('cache-control', IMMUTABLE).type('image/png').send(png);
    },
  });
}
