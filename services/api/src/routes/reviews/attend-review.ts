import { Attention, IdParams, paths, ReadingTime } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { byServersClock } from '../../reviews/by-servers-clock.ts';
import { readerOf } from '../../reviews/caller.ts';
import { found, problems } from '../responses.ts';

export function registerAttendReview(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.attention(':id'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'attendReview',
      summary: 'Add periods of attention to one’s own open review',
      description:
        'What overlaps counts once, so that the same may be sent again. Periods are cut to ten minutes and to the time since the edition was opened. It is no edit and needs no If-Match.',
      tags: ['reviews'],
      params: IdParams,
      body: Attention,
      response: { 200: ReadingTime, ...problems },
    },
    handler: async (request, reply) => {
      const {
        tenantId,
        params: { id },
        body,
      } = request;
      const periods = byServersClock(body, new Date());
      const readingMs = await store.reviews.attend(tenantId, id, readerOf(request), periods);
      return reply.send({ readingMs: found(readingMs, 'review') });
    },
  });
}
