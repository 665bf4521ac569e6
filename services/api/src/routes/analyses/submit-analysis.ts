import { GigascopeError } from '@gigascope/contracts';
import { Analysis, paths, SubmitAnalysis } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentAnalysis } from '../../present/analysis.ts';
import { problems } from '../responses.ts';

export function registerSubmitAnalysis(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.analyses,
    config: { permission: 'analyses:write', cost: 5 },
    schema: {
      operationId: 'submitAnalysis',
      summary: 'Analyse a slide',
      description: 'Answers at once; follow the analysis at its events.',
      tags: ['analyses'],
      body: SubmitAnalysis,
      response: { 202: Analysis, ...problems },
    },
    handler: async ({ tenantId, body }, reply) => {
      const { slideId, model: name, parameters, lane, priority } = body;
      const model = await store.models.findByName(name);
      if (model === null) throw new GigascopeError('MODEL_UNKNOWN', name);
      const row = await store.analyses.submit(tenantId, { slideId, modelId: model.id, parameters, lane, priority });
      const position = await store.analyses.position(tenantId, row.id);
      return reply
        .code(202)
        .header('location', paths.analysis(row.id))
        .send(presentAnalysis(row, position, new Date()));
    },
  });
}
