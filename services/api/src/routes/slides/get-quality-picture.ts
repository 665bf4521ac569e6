import { GigascopeError } from '@gigascope/contracts';
import { paths, QualityPictureParams } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { binary, problems } from '../responses.ts';
import { sendBlob } from '../send-blob.ts';
import { readySlide } from './ready-slide.ts';

export function registerGetQualityPicture(app: Api, { store, blobs }: Context): void {
  app.route({
    method: 'GET',
    url: paths.qualityPicture(':id', ':name'),
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'getSlideQualityPicture',
      summary: 'What one measure found, drawn over the slide in grey',
      description:
        'The longer side is at most 1024 px. Tissue is green; pen marks and folds are red; of the tiles that were looked at ' +
        'the sharp are green and those out of focus red. RESULT_NOT_READY until the slide is measured.',
      tags: ['slides'],
      params: QualityPictureParams,
      response: { 200: binary('PNG', 'image/png'), ...problems },
    },
    handler: async ({ tenantId, params }, reply) => {
      const { quality } = (await readySlide(store, tenantId, params.id)).row;
      if (quality?.state !== 'measured') throw new GigascopeError('RESULT_NOT_READY', 'the slide was not measured');
      reply.header('cache-control', 'private, max-age=3600');
      return sendBlob(reply, blobs, quality.pictures[params.name], 'image/png');
    },
  });
}
