import { GigascopeError } from '@gigascope/contracts';
import { CreatedApiKey, NewApiKey, paths } from '@gigascope/contracts/http';
import { mintKey } from '@gigascope/store';
import { requireGrantable, tenantMeant } from '../../access/grants.ts';
import { record } from '../../access/record.ts';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentKey } from '../../present/access.ts';
import { problems } from '../responses.ts';

export function registerCreateKey(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.keys,
    config: { permission: 'keys:manage', cost: 10 },
    schema: {
      operationId: 'createKey',
      summary: 'Make an API key',
      description:
        'The key is shown in this answer and never again. Nobody grants more than they may do themselves; operators, who ' +
        'belong to no laboratory, make keys of operators, and with `tenantId` a laboratory’s first.',
      tags: ['keys'],
      body: NewApiKey,
      response: { 201: CreatedApiKey, ...problems },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { name, roles, phi, only } = request.body;
      const tenantId = await tenantMeant(store, principal, request.body.tenantId);
      requireGrantable(principal, tenantId, { roles, phi, only });
      const expiresAt = expiry(request.body.expiresAt);
      const { key, hash, hint } = mintKey();
      const grant = { name, hint, roles, phi, onlyPermissions: only, createdBy: principal.name, expiresAt };
      const row = await store.apiKeys.create(tenantId, { ...grant, hash });
      // The laboratory sees it in its own audit, whoever did it.
      await record(store, request, principal, { tenantId, action: 'keyCreated', objectType: 'keys', objectId: row.id });
      void reply.code(201).header('cache-control', 'no-store');
      return { ...presentKey(row), key };
    },
  });
}

function expiry(instant: string | null): Date | null {
  if (instant === null) return null;
  const date = new Date(instant);
  if (date.getTime() <= Date.now()) throw new GigascopeError('ARGUMENT_INVALID', 'expiresAt is past');
  return date;
}
