import { GigascopeError } from '@gigascope/contracts';
import { PROBLEM_MEDIA_TYPE } from '@gigascope/contracts/http';
import type { FastifyReply } from 'fastify';
import type { Api } from '../context.ts';
import { problemOf } from '../problem.ts';

const RETRY_AFTER_SECONDS = '1';

/** One form for all errors: application/problem+json, with Retry-After where trying again helps. */
export function registerProblems(app: Api): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = sendProblem(reply, error, request.id);
    if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, problem.title);
    else request.log.info({ code: problem.code }, problem.title);
  });
  app.setNotFoundHandler((request, reply) => void sendProblem(reply, new GigascopeError('NOT_FOUND'), request.id));
}

/** Also for what fastify refuses before there is a route. */
export function sendProblem(reply: FastifyReply, error: unknown, requestId: string): ReturnType<typeof problemOf> {
  const problem = problemOf(error, requestId);
  if (problem.status === 503 && !reply.hasHeader('retry-after')) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  void reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_MEDIA_TYPE)
    // As text: a route's response schemas are for what it answers itself.
    .serializer((payload: unknown) => String(payload))
    .send(JSON.stringify(problem));
  return problem;
}
