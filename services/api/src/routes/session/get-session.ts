import { paths, Session } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentSession } from '../../present/session.ts';
import { problems } from '../responses.ts';

export function registerGetSession(app: Api, context: Context): void {
  app.route({
    method: 'GET',
    url: paths.session,
    config: { permission: 'anyone', audit: false },
    schema: {
      operationId: 'getSession',
      summary: 'Who asks, what they may do, and how one may sign in',
      description:
        'Also for nobody: `principal` is then null. With open access everyone speaks for the one laboratory.',
      tags: ['session'],
      response: { 200: Session, ...problems },
    },
    handler: async ({ principal, browserSession }, reply) => {
      void reply.header('cache-control', 'no-store');
      return presentSession(context, principal, browserSession?.csrfToken ?? null);
    },
  });
}
