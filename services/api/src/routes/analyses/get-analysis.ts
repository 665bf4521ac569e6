import { AnalysisDetail, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentAnalysisDetail } from '../../present/analysis.ts';
import { found, problems } from '../responses.ts';

export function registerGetAnalysis(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.analysis(':id'),
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'getAnalysis',
      summary: 'One analysis with its progress and what its result depends on',
      tags: ['analyses'],
      params: IdParams,
      response: { 200: AnalysisDetail, ...problems },
    },
    handler: async ({ tenantId, params: { id } }) => {
      const row = found(await store.analyses.get(tenantId, id), 'analysis');
      const place = row.state === 'queued' ? await store.analyses.place(tenantId, id) : null;
      return presentAnalysisDetail(row, place, new Date());
    },
  });
}
