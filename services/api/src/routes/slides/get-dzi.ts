import { DeepZoomDescriptor, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { problems } from '../responses.ts';
import { DEEP_ZOOM } from './deep-zoom.ts';
import { readySlide } from './ready-slide.ts';

export function registerGetDzi(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.dzi(':id'),
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'getDeepZoom',
      summary: 'The slide as a Deep Zoom image',
      description: 'The descriptor in the JSON form that OpenSeadragon takes as a tile source.',
      tags: ['slides'],
      params: IdParams,
      response: { 200: DeepZoomDescriptor, ...problems },
    },
    handler: async ({ tenantId, params }) => {
      const { metadata } = await readySlide(store, tenantId, params.id);
      return {
        Image: {
          xmlns: 'http://schemas.microsoft.com/deepzoom/2008' as const,
          Url: paths.tiles(params.id),
          Format: 'jpg' as const,
          Overlap: DEEP_ZOOM.overlapPx,
          TileSize: DEEP_ZOOM.tileSizePx,
          Size: { Width: metadata.widthL0, Height: metadata.heightL0 },
        },
      };
    },
  });
}
