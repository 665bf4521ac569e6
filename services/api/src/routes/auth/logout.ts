import { paths } from '@gigascope/contracts/http';
import { endSessionUrl } from '../../access/oidc/code-flow.ts';
import { record } from '../../access/record.ts';
import type { Api, Context } from '../../context.ts';
import { originOf } from './origin-of.ts';
import { requireProvider } from './require-provider.ts';

/** Ends the browser's session here and at the identity provider. Another site's link to it brings no cookie, and ends none. */
export function registerLogout(app: Api, context: Context): void {
  const { store, sessions, signIn } = context;
  app.route({
    method: 'GET',
    url: paths.logout,
    config: { permission: 'anyone', audit: false },
    schema: { hide: true },
    handler: async (request, reply) => {
      const provider = requireProvider(context);
      const { principal } = request;
      if (principal !== null)
        await record(store, request, principal, { action: 'signOut', objectType: 'session', objectId: '' });
      await sessions.close(request, reply);
      const home = `${originOf(request, signIn)}/`;
      return reply.header('cache-control', 'no-store').redirect((await endSessionUrl(provider, home)) ?? '/');
    },
  });
}
