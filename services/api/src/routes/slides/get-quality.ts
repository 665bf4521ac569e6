import { IdParams, paths, SlideQualityReport } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentQuality } from '../../present/quality.ts';
import { problems } from '../responses.ts';
import { readySlide } from './ready-slide.ts';

export function registerGetQuality(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.quality(':id'),
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'getSlideQuality',
      summary: 'What may spoil the slide, in shares from 0 to 1',
      description:
        'Tissue and pen marks as shares of the slide, tiles out of focus as a share of the tissue tiles that were looked at, ' +
        'folds as a share of the tissue; each with a picture. Measured after the slide is ready: until then it is pending.',
      tags: ['slides'],
      params: IdParams,
      response: { 200: SlideQualityReport, ...problems },
    },
    handler: async ({ tenantId, params }) => presentQuality((await readySlide(store, tenantId, params.id)).row),
  });
}
