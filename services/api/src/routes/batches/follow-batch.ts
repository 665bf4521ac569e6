import { BatchEvent, IdParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { endedOf } from '../../present/batch.ts';
import { EventStreamHeaders, EventStreams } from '../event-streams.ts';
import { found, problems } from '../responses.ts';
import { batchStream } from './batch-stream.ts';

/** Each counts its batch once a second while that goes on. */
const MAX_STREAMS = 100;

export function registerFollowBatch(app: Api, { store, closing }: Context): void {
  const streams = new EventStreams(closing, MAX_STREAMS);
  app.route({
    method: 'GET',
    url: paths.batchEvents(':id'),
    config: { permission: 'analyses:read', cost: 2 },
    schema: {
      operationId: 'followBatch',
      summary: 'How a batch stands as it goes on',
      description:
        'Server-sent events, each with all counts: one at once, then one for each change, at most one a second. The stream ' +
        'ends when no analysis is open; asked for again with the last Last-Event-ID it answers 204, on which an ' +
        'EventSource stops.',
      tags: ['analyses'],
      params: IdParams,
      headers: EventStreamHeaders,
      response: {
        200: {
          description: 'Server-sent events; each data: holds one of these',
          content: { 'text/event-stream': { schema: BatchEvent } },
        },
        204: z.undefined().describe('The batch is over and its last event was seen'),
        ...problems,
      },
    },
    handler: async (request, reply) => {
      const { tenantId, params, headers } = request;
      const batch = found(await store.batches.get(tenantId, params.id), 'batch');
      const after = headers['last-event-id'];
      if (batch.queued + batch.running === 0 && after !== undefined && Number(after) >= endedOf(batch))
        return reply.code(204).send(undefined);
      // The schema is of one event's data; what is sent is the text of many.
      return streams.send(reply, (signal) => batchStream({ store, tenantId, batchId: batch.id, signal })) as never;
    },
  });
}
