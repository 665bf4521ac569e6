import { IdParams, LesionList, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { problems } from '../responses.ts';
import { requireSucceeded } from './require-succeeded.ts';

export function registerListLesions(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.lesions(':id'),
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'listLesions',
      summary: 'Lesions and slide score of an analysis',
      tags: ['analyses'],
      params: IdParams,
      response: { 200: LesionList, ...problems },
    },
    handler: async ({ tenantId, params: { id } }) => {
      const found = await requireSucceeded(store, tenantId, id, () => store.analyses.result(tenantId, id));
      const { result, lesions, score, positive } = found;
      return { score, threshold: result.threshold, positive, lesions: [...lesions] };
    },
  });
}
