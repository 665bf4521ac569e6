import { GigascopeError } from '@gigascope/contracts';
import { paths, Session, SignIn } from '@gigascope/contracts/http';
import { hashSecret, isApiKey } from '@gigascope/store';
import { principalOfKey } from '../../access/authenticate.ts';
import { record } from '../../access/record.ts';
import type { Api, Context } from '../../context.ts';
import { presentSession } from '../../present/session.ts';
import { problems } from '../responses.ts';

export function registerSignIn(app: Api, context: Context): void {
  const { store, sessions } = context;
  app.route({
    method: 'POST',
    url: paths.session,
    config: { permission: 'anyone', audit: false, cost: 20 },
    schema: {
      operationId: 'signIn',
      summary: 'Sign a browser in with an API key',
      description:
        'Answers with a cookie that no script can read, for 12 hours, of which 60 minutes without a request end it. What ' +
        'the cookie signs and changes something needs `csrfToken` in the header x-csrf-token.',
      tags: ['session'],
      body: SignIn,
      response: { 201: Session, ...problems },
    },
    handler: async (request, reply) => {
      if (context.access === 'open') throw new GigascopeError('CONFLICT', 'here nobody signs in: access is open');
      const { key } = request.body;
      const row = isApiKey(key) ? await store.apiKeys.find(hashSecret(key)) : null;
      if (row === null) throw new GigascopeError('UNAUTHENTICATED', 'there is no such key, or it is no longer valid');
      const principal = principalOfKey(row);
      await record(store, request, principal, { action: 'signIn', objectType: 'session', objectId: '' });
      const csrfToken = await sessions.open(request, reply, principal);
      void reply.header('cache-control', 'no-store').code(201);
      return presentSession(context, principal, csrfToken);
    },
  });
}
