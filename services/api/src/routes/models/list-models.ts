import { ModelList, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentModel } from '../../present/model.ts';
import { problems } from '../responses.ts';

export function registerListModels(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.models,
    config: { permission: 'models:read' },
    schema: {
      operationId: 'listModels',
      summary: 'Models of this installation, newest first',
      tags: ['models'],
      response: { 200: ModelList, ...problems },
    },
    handler: async () => ({ items: (await store.models.list()).map(presentModel) }),
  });
}
