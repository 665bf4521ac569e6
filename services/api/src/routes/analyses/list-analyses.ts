import { AnalysesQuery, AnalysisPage, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentAnalysis } from '../../present/analysis.ts';
import { problems } from '../responses.ts';

export function registerListAnalyses(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.analyses,
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'listAnalyses',
      summary: 'Analyses, newest first: all, or those of a slide, batch, state, model or lane',
      description: 'Queue positions are left out here; ask for the one analysis.',
      tags: ['analyses'],
      querystring: AnalysesQuery,
      response: { 200: AnalysisPage, ...problems },
    },
    handler: async ({ tenantId, query }) => {
      const { rows, nextCursor } = await store.analyses.list(tenantId, query);
      const now = new Date();
      return { items: rows.map((row) => presentAnalysis(row, null, now)), nextCursor };
    },
  });
}
