import { IdParams, ModelDetail, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentModelDetail } from '../../present/model.ts';
import { found, problems } from '../responses.ts';

export function registerGetModel(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.model(':id'),
    config: { permission: 'models:read' },
    schema: {
      operationId: 'getModel',
      summary: 'What a model states of itself: scope, classes, training data, measured figures',
      tags: ['models'],
      params: IdParams,
      response: { 200: ModelDetail, ...problems },
    },
    handler: async ({ params }) => presentModelDetail(found(await store.models.get(params.id), 'model')),
  });
}
