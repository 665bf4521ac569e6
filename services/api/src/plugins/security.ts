import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { GigascopeError } from '@gigascope/contracts';
import { paths } from '@gigascope/contracts/http';
import Fastify from 'fastify';
import type { Api } from '../context.ts';

/** The page loads from here only; OpenSeadragon and Preact set styles on elements, and tiles arrive as blobs. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    styleSrc: ["'self'", "'unsafe-inline'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
} as const;

/** Security headers, and a limit on requests per client's address. */
export async function registerSecurity(app: Api, requestsPerMinute: number): Promise<void> {
  const headers = await securityHeaders();
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    allowList: (request) => request.url === paths.health || request.url === paths.ready,
    errorResponseBuilder: () => new GigascopeError('RATE_LIMITED'),
  });
}

/** Asks helmet once for what never changes: it works all of it out anew for every request, which is much of a tile's cost. */
async function securityHeaders(): Promise<Readonly<Record<string, string>>> {
  const asked = Fastify();
  await asked.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    // TLS ends in front of this process, which is told by the one who ends it.
    hsts: false,
    frameguard: { action: 'deny' },
  });
  asked.get('/', async (_request, reply) => reply.raw.getHeaders());
  const answer = await asked.inject('/');
  await asked.close();
  return answer.json();
}
