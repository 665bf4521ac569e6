import { GigascopeError } from '@gigascope/contracts';
import { paths } from '@gigascope/contracts/http';
import { finishCodeFlow } from '../../access/oidc/code-flow.ts';
import { principalOfClaims } from '../../access/oidc/principal-of-claims.ts';
import { ownPath } from '../../access/own-path.ts';
import { record } from '../../access/record.ts';
import type { Api, Context } from '../../context.ts';
import { takeFlow } from './flow-cookie.ts';
import { originOf } from './origin-of.ts';
import { requireProvider } from './require-provider.ts';

/** Takes a browser back from the identity provider, opens its session, and sends it on to a path of this origin. */
export function registerFinishLogin(app: Api, context: Context): void {
  const { store, cookies, sessions, signIn } = context;
  app.route({
    method: 'GET',
    url: paths.loginCallback,
    // The session that the browser may have already is replaced.
    config: { permission: 'anyone', audit: false },
    schema: { hide: true },
    handler: async (request, reply) => {
      const provider = requireProvider(context);
      const flow = takeFlow(cookies, request, reply);
      if (flow === null) throw new GigascopeError('UNAUTHENTICATED', 'this browser began no sign-in; begin again');
      const address = new URL(request.url, originOf(request, signIn));
      const claims = await finishCodeFlow(provider, address, flow);
      const principal = await principalOfClaims(store, provider.settings, claims);
      await record(store, request, principal, { action: 'signIn', objectType: 'session', objectId: '' });
      await sessions.open(request, reply, principal);
      return reply.header('cache-control', 'no-store').redirect(ownPath(flow.to));
    },
  });
}
