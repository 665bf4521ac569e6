import { timingSafeEqual } from 'node:crypto';
import { GigascopeError } from '@gigascope/contracts';
import { CSRF_HEADER } from '@gigascope/contracts/http';
import { hashSecret } from '@gigascope/store';
import type { FastifyRequest } from 'fastify';

/** Says whether a request by this method changes nothing. */
export function isSafe({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/**
 * Of a request that changes something and is signed by a cookie, which the browser sends along with other sites' forms, asks
 * for the token that only our own page has.
 * @throws GigascopeError FORBIDDEN
 */
export function requireCsrf(request: FastifyRequest): void {
  const { browserSession, headers } = request;
  if (browserSession === null || isSafe(request)) return;
  const given = String(headers[CSRF_HEADER] ?? '');
  if (!timingSafeEqual(hashSecret(given), hashSecret(browserSession.csrfToken)))
    throw new GigascopeError('FORBIDDEN', `${CSRF_HEADER} is missing or wrong`);
}
