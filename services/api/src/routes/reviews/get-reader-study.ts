import { paths, ReaderStudy, ReaderStudyQuery } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { evaluateStudy } from '../../reviews/evaluate-study.ts';
import { problems } from '../responses.ts';

/** Evaluated at once. */
const MAX_CASES = 5000;

export function registerGetReaderStudy(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.readerStudy,
    config: { permission: 'reviews:adjudicate', cost: 50 },
    schema: {
      operationId: 'getReaderStudy',
      summary: 'ROC curves of readers, from their five steps, beside the models’',
      description:
        'Against the truth stated of slides: each reader’s first signed reading of each, with and without a time limit apart, with 95 % intervals by a bootstrap over slides.',
      tags: ['reviews'],
      querystring: ReaderStudyQuery,
      response: { 200: ReaderStudy, ...problems },
    },
    handler: async (request, reply) => {
      const { tenantId, query } = request;
      const readings = await store.readerStudies.readings(tenantId, { ...query, limit: MAX_CASES });
      const scores = await store.readerStudies.modelScores(tenantId, { model: query.model, limit: MAX_CASES });
      const evaluated = readings.slice(0, MAX_CASES);
      const independent = evaluated.filter(({ sawOthers }) => !sawOthers);
      return reply.send({
        ...(await evaluateStudy(independent, scores.slice(0, MAX_CASES))),
        notIndependent: evaluated.length - independent.length,
        truncated: readings.length > MAX_CASES || scores.length > MAX_CASES,
      });
    },
  });
}
