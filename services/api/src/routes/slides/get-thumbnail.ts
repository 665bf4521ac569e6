import { IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { binary, IMMUTABLE, problems } from '../responses.ts';
import { sendBlob } from '../send-blob.ts';
import { readySlide } from './ready-slide.ts';

export function registerGetThumbnail(app: Api, { store, blobs }: Context): void {
  app.route({
    method: 'GET',
    url: paths.thumbnail(':id'),
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'getThumbnail',
      summary: 'The whole slide, its longer side at most 1024 px',
      tags: ['slides'],
      params: IdParams,
      response: { 200: binary('JPEG', 'image/jpeg'), ...problems },
    },
    handler: async ({ tenantId, params }, reply) => {
      const { thumbnailKey } = await readySlide(store, tenantId, params.id);
      return sendBlob(reply.header('cache-control', IMMUTABLE), blobs, thumbnailKey, 'image/jpeg');
    },
  });
}
