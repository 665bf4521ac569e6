import { Health, paths } from '@gigascope/contracts/http';
import type { Api } from '../../context.ts';

export function registerHealth(app: Api): void {
  app.route({
    method: 'GET',
    url: paths.health,
    schema: {
      operationId: 'health',
      summary: 'Whether the process lives',
      tags: ['system'],
      response: { 200: Health },
    },
    handler: async () => ({ status: 'ok' as const, checks: {} }),
  });
}
