import { HeatmapPngQuery, IdParams, OUTPUT_FILES, type OutputFileName, paths } from '@gigascope/contracts/http';
import { colourHeatmap } from '@gigascope/findings';
import sharp from 'sharp';
import type { Api, Context } from '../../context.ts';
import { binary, IMMUTABLE, problems } from '../responses.ts';
import { sendBlob } from '../send-blob.ts';
import { requireSucceeded } from './require-succeeded.ts';

export function registerGetHeatmapPicture(app: Api, { store, blobs, heatmaps }: Context): void {
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
      const artifact = (name: OutputFileName) =>
        requireSucceeded(store, tenantId, id, () => store.analyses.artifact(tenantId, id, name));
      void reply.header('cache-control', IMMUTABLE);
      // As the analysis left it.
      if (map === 'magma' && from === 0)
        return sendBlob(reply, blobs, (await artifact('heatmap.png')).blobKey, OUTPUT_FILES['heatmap.png']);
      const { blobKey } = await artifact('heatmap.npy');
      const [heatmap] = await heatmaps.get(blobKey);
      const pixels = colourHeatmap(heatmap, { map, opacityOf: (probability) => (probability < from ? 0 : 1) });
      const raw = { width: heatmap.columns, height: heatmap.rows, channels: 4 as const };
      const png = await sharp(pixels, { raw }).png().toBuffer();
      return reply.type('image/png').send(png);
    },
  });
}
