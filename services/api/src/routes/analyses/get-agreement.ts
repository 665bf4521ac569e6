import { Agreement, AgreementQuery, IdParams, paths } from '@gigascope/contracts/http';
import { requireSight } from '../../annotations/may-see.ts';
import type { Api, Context } from '../../context.ts';
import { COMPARE } from '../../evaluation/compare-findings.ts';
import { finishedAnalysis } from '../../exports/finished-analysis.ts';
import { found, problems } from '../responses.ts';

export function registerGetAgreement(app: Api, { store, evaluations }: Context): void {
  app.route({
    method: 'GET',
    url: paths.agreement(':id'),
    config: { permission: 'reviews:read', cost: 50 },
    schema: {
      operationId: 'getAgreement',
      summary: 'How far an analysis and a set of annotations of its slide agree',
      description:
        'Lesions of a classifying model are hits, misses and false positives with the slide’s FROC curve, by CAMELYON16’s ' +
        'rules; boxes are compared with those around the annotations (AP, F1); outlines by Dice within the rectangle that ' +
        'the annotations span. Points and lines are passed over.',
      tags: ['analyses'],
      params: IdParams,
      querystring: AgreementQuery,
      response: { 200: Agreement, ...problems },
    },
    handler: async (request) => {
      const { tenantId, params, query } = request;
      const finished = await finishedAnalysis(store, tenantId, params.id);
      const set = found(
        await store.annotations.get(tenantId, finished.slide.id, query.annotations),
        'set of annotations',
      );
      requireSight(request, set.kind);
      const compare = COMPARE[finished.found.result.task];
      const { geojson } = set;
      const compared = await evaluations.run((thread) => compare({ store, thread, geojson }, finished));
      return { analysisId: params.id, annotationSetId: set.id, ...compared };
    },
  });
}
