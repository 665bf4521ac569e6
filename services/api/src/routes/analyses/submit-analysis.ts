import { GigascopeError } from '@gigascope/contracts';
import { Analysis, paths, SubmitAnalysis } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { resultIdOf } from '../../plugins/idempotency.ts';
import { presentAnalysis } from '../../present/analysis.ts';
import { problems } from '../responses.ts';
import { dateOf } from './date-of.ts';

export function registerSubmitAnalysis(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.analyses,
    config: { permission: 'analyses:write', cost: 5, idempotent: true },
    schema: {
      operationId: 'submitAnalysis',
      summary: 'Analyse a slide',
      description: 'Answers at once; follow the analysis at its events.',
      tags: ['analyses'],
      body: SubmitAnalysis,
      response: { 202: Analysis, ...problems },
    },
    handler: async (request, reply) => {
      const { tenantId, body } = request;
      const { slideId, model: name, parameters, lane, priority } = body;
      const model = await store.models.findByName(name);
      if (model === null) throw new GigascopeError('MODEL_UNKNOWN', name);
      const row = await store.analyses.submit(tenantId, {
        ...{ id: resultIdOf(request), slideId, modelId: model.id, parameters, lane, priority },
        deadline: dateOf(body.deadline),
      });
      const place = await store.analyses.place(tenantId, row.id);
      return reply
        .code(202)
        .header('location', paths.analysis(row.id))
        .send(presentAnalysis(row, place, new Date()));
    },
  });
}
