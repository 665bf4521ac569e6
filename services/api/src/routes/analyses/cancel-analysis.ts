import { GigascopeError } from '@gigascope/contracts';
import { Analysis, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentAnalysis } from '../../present/analysis.ts';
import { found, problems } from '../responses.ts';

export function registerCancelAnalysis(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.cancel(':id'),
    config: { permission: 'analyses:write', idempotent: true },
    schema: {
      operationId: 'cancelAnalysis',
      summary: 'Stop an analysis',
      description: 'Workers stop within a block’s time. Stopping twice is fine; ANALYSIS_OVER when it ended otherwise.',
      tags: ['analyses'],
      params: IdParams,
      response: { 200: Analysis, ...problems },
    },
    handler: async ({ tenantId, params: { id } }) => {
      const row = found(await store.analyses.cancel(tenantId, id), 'analysis');
      if (row.state !== 'canceled') throw new GigascopeError('ANALYSIS_OVER', row.state);
      return presentAnalysis(row, null, new Date());
    },
  });
}
