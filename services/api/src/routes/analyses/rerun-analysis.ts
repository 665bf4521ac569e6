import { GigascopeError } from '@gigascope/contracts';
import { Analysis, IdParams, paths, RerunAnalysis } from '@gigascope/contracts/http';
import type { AnalysisRow, Store } from '@gigascope/store';
import type { Api, Context } from '../../context.ts';
import { resultIdOf } from '../../plugins/idempotency.ts';
import { presentAnalysis } from '../../present/analysis.ts';
import { found, problems } from '../responses.ts';
import { dateOf } from './date-of.ts';

export function registerRerunAnalysis(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.rerun(':id'),
    config: { permission: 'analyses:write', cost: 5, idempotent: true },
    schema: {
      operationId: 'rerunAnalysis',
      summary: 'Analyse the same slide again',
      description:
        'By the newest version of the model, or by the same one. The analysis that is repeated may be in any state and ' +
        'stays as it is. The body may be left out.',
      tags: ['analyses'],
      params: IdParams,
      body: RerunAnalysis.nullish(),
      response: { 202: Analysis, ...problems },
    },
    handler: async (request, reply) => {
      const { tenantId, params } = request;
      const { sameVersion, deadline, ...asked } = RerunAnalysis.parse(request.body ?? {});
      const before = found(await store.analyses.get(tenantId, params.id), 'analysis');
      const { slideId, parameters, lane, priority } = before;
      const row = await store.analyses.submit(tenantId, {
        ...{ id: resultIdOf(request), slideId, modelId: sameVersion ? before.modelId : await newest(store, before) },
        ...{ parameters: asked.parameters ?? parameters, lane: asked.lane ?? lane },
        ...{ priority: asked.priority ?? priority, deadline: dateOf(deadline), rerunOf: before.id },
      });
      const place = await store.analyses.place(tenantId, row.id);
      return reply
        .code(202)
        .header('location', paths.analysis(row.id))
        .send(presentAnalysis(row, place, new Date()));
    },
  });
}

async function newest(store: Store, { modelName }: AnalysisRow): Promise<string> {
  const model = await store.models.findByName(modelName);
  if (model === null) throw new GigascopeError('MODEL_UNKNOWN', modelName);
  return model.id;
}
