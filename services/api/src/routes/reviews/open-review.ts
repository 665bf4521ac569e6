import { GigascopeError } from '@gigascope/contracts';
import { IdParams, OpenReview, paths, ReviewSummary } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { readerOf, viewerOf } from '../../reviews/caller.ts';
import { summaryAfter } from '../../reviews/summary-after.ts';
import { found, problems } from '../responses.ts';

export function registerOpenReview(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.reviewsOfAnalysis(':id'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'openReview',
      summary: 'Open one’s own review of an analysis, or find it',
      description: '201 when it was opened, 200 when it was there. An adjudication needs reviews:adjudicate.',
      tags: ['reviews'],
      params: IdParams,
      body: OpenReview,
      response: { 200: ReviewSummary, 201: ReviewSummary, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id: analysisId },
        body: { purpose, timeLimited },
      } = request;
      if (purpose === 'adjudication' && !viewerOf(request).seesAll)
        throw new GigascopeError('FORBIDDEN', 'it needs reviews:adjudicate');
      const reader = readerOf(request);
      const opened = await store.reviews.open(tenantId, { analysisId, reader, purpose, timeLimited });
      const { review, made } = found(opened, 'analysis');
      void reply.header('location', paths.review(review.id));
      return reply.code(made ? 201 : 200).send(summaryAfter(reply, review, reader.id));
    },
  });
}
