import { paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import { beginCodeFlow } from '../../access/oidc/code-flow.ts';
import { ownPath } from '../../access/own-path.ts';
import type { Api, Context } from '../../context.ts';
import { keepFlow } from './flow-cookie.ts';
import { originOf } from './origin-of.ts';
import { requireProvider } from './require-provider.ts';

const LoginQuery = z.object({ to: z.string().max(1000).optional() });

/** Sends a browser to the identity provider: authorization code with PKCE, state and nonce. */
export function registerLogin(app: Api, context: Context): void {
  const { cookies, signIn } = context;
  app.route({
    method: 'GET',
    url: paths.login,
    schema: { hide: true, querystring: LoginQuery },
    handler: async (request, reply) => {
      const redirectUri = originOf(request, signIn) + paths.loginCallback;
      const { url, ...secrets } = await beginCodeFlow(requireProvider(context), redirectUri);
      keepFlow(cookies, reply, { ...secrets, to: ownPath(request.query.to) });
      return reply.header('cache-control', 'no-store').redirect(url);
    },
  });
}
