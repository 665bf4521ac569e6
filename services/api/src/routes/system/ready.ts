import { ERRORS, toGigascopeError } from '@gigascope/contracts';
import { Health, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';

export function registerReady(app: Api, { store, blobs, limits }: Context): void {
  app.route({
    method: 'GET',
    url: paths.ready,
    schema: {
      operationId: 'ready',
      summary: 'Whether work can be taken on: database and disk',
      tags: ['system'],
      response: { 200: Health, 503: Health },
    },
    handler: async (_request, reply) => {
      const checks = {
        database: await outcome(store.ping()),
        disk: await outcome(blobs.checkSpace(limits.reservedDiskBytes)),
      };
      const ok = Object.values(checks).every((check) => check === 'ok');
      return reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'unavailable', checks });
    },
  });
}

async function outcome(check: Promise<void>): Promise<string> {
  try {
    await check;
    return 'ok';
  } catch (error) {
    return ERRORS[toGigascopeError(error).code].title;
  }
}
