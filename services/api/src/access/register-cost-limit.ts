import { GigascopeError } from '@gigascope/contracts';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Api } from '../context.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How many plain requests one of this route's is worth; 1 where nothing is said. */
    cost?: number;
  }
}

/** A limit on what one key or person asks for in a minute, by what it costs. After registerAccess. */
export function registerCostLimit(app: Api, pointsPerMinute: number): void {
  const limiter = new RateLimiterMemory({ points: pointsPerMinute, duration: 60 });
  app.addHook('onRequest', async (request, reply) => {
    if (request.principal === null) return;
    try {
      await limiter.consume(request.principal.id, request.routeOptions.config.cost ?? 1);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      void reply.header('retry-after', Math.ceil(refusal.msBeforeNext / 1000));
      throw new GigascopeError('RATE_LIMITED');
    }
  });
}
