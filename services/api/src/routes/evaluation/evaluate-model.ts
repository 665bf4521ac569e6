import { GigascopeError } from '@gigascope/contracts';
import { Evaluation, EvaluationQuery, paths } from '@gigascope/contracts/http';
import { confusionAt } from '@gigascope/findings';
import type { Api, Context } from '../../context.ts';
import { evaluateSlides } from '../../evaluation/evaluate-model.ts';
import { rocFigure } from '../../reviews/roc-figure.ts';
import { problems } from '../responses.ts';

/** As many as CAMELYON16 has, and some. */
const MOST_SLIDES = 500;

export function registerEvaluateModel(app: Api, { store, evaluations }: Context): void {
  app.route({
    method: 'GET',
    url: paths.evaluation,
    config: { permission: 'reviews:adjudicate', cost: 200 },
    schema: {
      operationId: 'evaluateModel',
      summary: 'FROC and ROC curves of a model over all slides of which a truth is known',
      description:
        'The newest result of the model’s newest version on each slide whose label was stated or for which truth was drawn. ' +
        'Lesions by CAMELYON16’s rules, with 95 % intervals by a bootstrap over slides.',
      tags: ['reviews'],
      querystring: EvaluationQuery,
      response: { 200: Evaluation, ...problems },
    },
    handler: async ({ tenantId, query }) => {
      const model = await store.models.findByName(query.model);
      if (model === null) throw new GigascopeError('MODEL_UNKNOWN', query.model);
      const { manifest, name, version } = model;
      if (manifest.task !== 'classify')
        throw new GigascopeError('ARGUMENT_INVALID', `a model that can ${manifest.task} reports no lesions`);
      const rows = await store.annotations.evaluated(tenantId, model.id, MOST_SLIDES);
      const { cases, ...figures } = await evaluations.run((thread) =>
        evaluateSlides(store, tenantId, rows.slice(0, MOST_SLIDES), thread),
      );
      const threshold = query.threshold ?? manifest.threshold;
      return {
        model: { name, version },
        ...figures,
        roc: rocFigure(cases),
        confusion: { threshold, ...confusionAt(cases, threshold) },
        truncated: rows.length > MOST_SLIDES,
      };
    },
  });
}
