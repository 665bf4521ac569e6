import { AnalysisEvent, IdParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { EventStreamHeaders, EventStreams } from '../event-streams.ts';
import { found, problems } from '../responses.ts';
import { eventStream, isOver } from './event-stream.ts';

/** Each holds a connection and a subscription, no more. */
const MAX_STREAMS = 1000;

export function registerFollowAnalysis(app: Api, { store, closing }: Context): void {
  const streams = new EventStreams(closing, MAX_STREAMS);
  app.route({
    method: 'GET',
    url: paths.events(':id'),
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'followAnalysis',
      summary: 'Events of an analysis as they happen',
      description:
        'Server-sent events: all from the first, or those after Last-Event-ID. The stream ends after the last event; ' +
        'asked for again after that it answers 204, on which an EventSource stops.',
      tags: ['analyses'],
      params: IdParams,
      headers: EventStreamHeaders,
      response: {
        200: {
          description: 'Server-sent events; each data: holds one of these',
          content: { 'text/event-stream': { schema: AnalysisEvent } },
        },
        204: z.undefined().describe('The analysis is over and its last event was seen'),
        ...problems,
      },
    },
    handler: async (request, reply) => {
      const { tenantId, params, headers } = request;
      const after = Number(headers['last-event-id'] ?? 0);
      const analysis = found(await store.analyses.get(tenantId, params.id), 'analysis');
      if (isOver(analysis.state) && after >= analysis.eventSeq) {
        return reply.code(204).send(undefined);
      }
      const follow = { store, tenantId, analysisId: analysis.id, after };
      // The schema is of one event's data; what is sent is the text of many.
      return streams.send(reply, (signal) => eventStream({ ...follow, signal })) as never;
    },
  });
}
