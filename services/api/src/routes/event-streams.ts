import { Readable } from 'node:stream';
import { GigascopeError } from '@gigascope/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { abortedWith } from './aborted-with.ts';

/** `id:` of the last event that the client has. */
export const EventStreamHeaders = z.looseObject({
  'last-event-id': z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});

/** Server-sent events of one route: so many at a time, each until its client or the application goes. */
export class EventStreams {
  readonly #closing: AbortSignal;
  readonly #most: number;
  #open = 0;

  constructor(closing: AbortSignal, most: number) {
    this.#closing = closing;
    this.#most = most;
  }

  /** Answers with events as they are made. @throws GigascopeError BUSY. */
  send(reply: FastifyReply, eventsUntil: (signal: AbortSignal) => AsyncIterable<string>): FastifyReply {
    if (this.#open >= this.#most) throw new GigascopeError('BUSY');
    this.#open++;
    reply.raw.once('close', () => this.#open--);
    const events = eventsUntil(AbortSignal.any([abortedWith(reply), this.#closing]));
    return reply
      .type('text/event-stream')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(events, { highWaterMark: 1 }));
  }
}
