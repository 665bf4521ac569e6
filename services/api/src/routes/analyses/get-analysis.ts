import { Analysis, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentAnalysis } from '../../present/analysis.ts';
import { found, problems } from '../responses.ts';

export function registerGetAnalysis(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.analysis(':id'),
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'getAnalysis',
      summary: 'One analysis with its progress',
      tags: ['analyses'],
      params: IdParams,
      response: { 200: Analysis, ...problems },
    },
    handler: async ({ tenantId, params: { id } }) => {
      const row = found(await store.analyses.get(tenantId, id), 'analysis');
      const position = row.state === 'queued' ? await store.analyses.position(tenantId, id) : null;
      return presentAnalysis(row, position, new Date());
    },
  });
}
