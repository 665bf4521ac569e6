import { GigascopeError, type Permission, type Principal } from '@gigascope/contracts';
import type { FastifyRequest } from 'fastify';
import type { Api } from '../context.ts';
import type { Authenticate } from './authenticate.ts';
import type { BrowserSession } from './principal-cache.ts';
import { isSafe, requireCsrf } from './require-csrf.ts';

const API_PREFIX = '/api/';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What the caller must be allowed to do; 'anyone' for what needs no key but wants to know who asks. Every route under
     * /api/ names one. Where none is named nobody asks who it is, nor for a CSRF token.
     */
    permission?: Permission | 'anyone';
  }
  interface FastifyRequest {
    /** For whom the request speaks; null where anyone may ask and nobody was named. */
    principal: Principal | null;
    /** The session that the request's cookie stands for; null when it is not signed by one. */
    browserSession: BrowserSession | null;
    /** The laboratory that the request speaks for; empty for the installation's operators. */
    tenantId: string;
  }
}

/**
 * Settles before a body is read and before any handler for whom a request speaks and whether they may do this. A route
 * without a stated permission does not start, so none is open by oversight.
 * @throws GigascopeError UNAUTHENTICATED or FORBIDDEN, on the request.
 */
export function registerAccess(app: Api, ways: readonly Authenticate[]): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('browserSession', null);
  app.decorateRequest('tenantId', '');
  app.addHook('onRoute', ({ url, method, config }) => {
    if (url.startsWith(API_PREFIX) && method !== 'HEAD' && config?.permission === undefined)
      throw new Error(`${String(method)} ${url} names no permission`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const needed = request.routeOptions.config.permission;
    refuseForeignPages(request);
    if (needed === undefined) return;
    const principal = await firstOf(ways, request);
    request.principal = principal;
    request.tenantId = principal?.tenantId ?? '';
    if (needed === 'anyone') return;
    if (principal === null) {
      void reply.header('www-authenticate', 'Bearer realm="gigascope"');
      throw new GigascopeError('UNAUTHENTICATED');
    }
    requireCsrf(request);
    if (!principal.permissions.has(needed)) throw new GigascopeError('FORBIDDEN', `it needs ${needed}`);
  });
}

/** The one who asks, on a route that needs a permission. */
export function principalOf({ principal }: FastifyRequest): Principal {
  if (principal === null) throw new GigascopeError('UNAUTHENTICATED');
  return principal;
}

async function firstOf(ways: readonly Authenticate[], request: FastifyRequest): Promise<Principal | null> {
  for (const way of ways) {
    const principal = await way(request);
    if (principal !== null) return principal;
  }
  return null;
}

/** A page from elsewhere, open in the browser of someone who may reach the API, sends forms without asking. */
function refuseForeignPages(request: FastifyRequest): void {
  if (!isSafe(request) && request.headers['sec-fetch-site'] === 'cross-site')
    throw new GigascopeError('FORBIDDEN', 'the request comes from another site’s page');
}
