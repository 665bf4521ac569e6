import { paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import { requireCsrf } from '../../access/require-csrf.ts';
import type { Api, Context } from '../../context.ts';
import { problems } from '../responses.ts';

export function registerSignOut(app: Api, { sessions }: Context): void {
  app.route({
    method: 'DELETE',
    url: paths.session,
    config: { permission: 'anyone' },
    schema: {
      operationId: 'signOut',
      summary: 'End the browser’s session',
      description: 'Fine also where there is none, or no longer one.',
      tags: ['session'],
      response: { 204: z.undefined().describe('The cookie is gone'), ...problems },
    },
    handler: async (request, reply) => {
      requireCsrf(request);
      await sessions.close(request, reply);
      return reply.code(204).send(undefined);
    },
  });
}
