import { createHash } from 'node:crypto';
import { GigascopeError } from '@gigascope/contracts';
import { IDEMPOTENCY_KEY_HEADER, IDEMPOTENCY_REPLAYED_HEADER } from '@gigascope/contracts/http';
import type { BegunRequest, Store, StoredAnswer } from '@gigascope/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Api } from '../context.ts';
import { errorOf } from '../problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A JSON route whose requests may carry an Idempotency-Key. */
    idempotent?: true;
  }
  interface FastifyRequest {
    /** The request as it was taken up under its key; null without one. */
    begun: BegunRequest | null;
  }
}

/** A killed process's request is taken up again after this long; no statement of the store runs longer. */
const LEASE_MS = 30_000;
const KEPT_HEADERS = ['content-type', 'location', 'etag'] as const;
const RETRY_AFTER_SECONDS = '1';

/** A structured field's string, or the same without its quotes, as most clients send it. */
const KEY = /^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))$/;
const Headers = z.looseObject({
  [IDEMPOTENCY_KEY_HEADER]: z
    .string()
    .optional()
    .describe(
      '1 to 255 visible characters of the sender’s choice. Sent again with the same body within 24 h, the request is not done again: its first answer comes, with Idempotency-Replayed: true.',
    )
    .meta({ examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'] }),
});

/**
 * Makes POSTs safe to repeat, as draft-ietf-httpapi-idempotency-key-header-07 says: a key belongs to one caller and route.
 * Answers are kept for 24 hours, but not those that say that trying again can help. After registerAccess and registerAudit.
 * @throws GigascopeError ARGUMENT_INVALID, IDEMPOTENCY_KEY_REUSED or IDEMPOTENCY_IN_FLIGHT, on the request.
 */
export function registerIdempotency(app: Api, { idempotency }: Store): void {
  app.decorateRequest('begun', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.idempotent === true)
      route.schema = { ...route.schema, headers: route.schema?.headers ?? Headers };
  });
  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === null) return;
    const beginning = await idempotency.begin(tenantOf(request), key, fingerprintOf(request), LEASE_MS);
    if (beginning.kind === 'reused') throw new GigascopeError('IDEMPOTENCY_KEY_REUSED');
    if (beginning.kind === 'in-flight') {
      void reply.header('retry-after', RETRY_AFTER_SECONDS);
      throw new GigascopeError('IDEMPOTENCY_IN_FLIGHT');
    }
    if (beginning.kind === 'answered') return replay(reply, beginning.answer);
    request.begun = beginning;
  });
  app.addHook('onError', async (request, _reply, error) => {
    const { begun } = request;
    if (begun === null || !errorOf(error).retryable) return;
    request.begun = null;
    await idempotency.release(tenantOf(request), begun.owner).catch((cause: unknown) => {
      request.log.error({ err: cause }, 'an idempotency key could not be released');
    });
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { begun } = request;
    if (begun === null) return;
    const kept = reply.statusCode < 500 && (payload === undefined || payload === null || typeof payload === 'string');
    const { owner } = begun;
    const tenantId = tenantOf(request);
    // Not kept, it is worked on again under the same result's name once its lease has run out: nothing is done twice.
    await (kept
      ? idempotency.answer(tenantId, owner, answerOf(reply, String(payload ?? '')))
      : idempotency.release(tenantId, owner)
    ).catch((cause: unknown) =>
      request.log.error({ err: cause }, 'an answer could not be kept for its idempotency key'),
    );
  });
}

/** What the request's result is to be called, so that it is entered once; undefined where it carries no key. */
export function resultIdOf({ begun }: FastifyRequest): string | undefined {
  return begun?.resultId;
}

function keyOf(request: FastifyRequest) {
  const { headers, routeOptions, principal, method } = request;
  const given = headers[IDEMPOTENCY_KEY_HEADER];
  if (routeOptions.config.idempotent !== true || principal === null || given === undefined) return null;
  const [, quoted, plain] = KEY.exec(String(given)) ?? [];
  const key = quoted ?? plain;
  if (key === undefined) throw new GigascopeError('ARGUMENT_INVALID', 'Idempotency-Key: 1 to 255 visible characters');
  return { key, principal: `${principal.kind} ${principal.id}`, route: `${method} ${routeOptions.url ?? ''}` };
}

/** The body as its schema left it: members in the schema's order, defaults filled in. */
function fingerprintOf({ url, body }: FastifyRequest): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([url, Buffer.isBuffer(body) ? body.toString('base64') : (body ?? null)]))
    .digest();
}

function tenantOf({ principal }: FastifyRequest): string | null {
  return principal?.tenantId ?? null;
}

function answerOf(reply: FastifyReply, body: string): StoredAnswer {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return { status: reply.statusCode, headers, body };
}

function replay(reply: FastifyReply, { status, headers, body }: StoredAnswer): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers, [IDEMPOTENCY_REPLAYED_HEADER]: 'true' })
    .serializer((payload: unknown) => String(payload))
    .send(body);
}
