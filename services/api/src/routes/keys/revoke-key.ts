import { ApiKey, IdParams, OfTenantQuery, paths } from '@gigascope/contracts/http';
import { tenantMeant } from '../../access/grants.ts';
import { record } from '../../access/record.ts';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentKey } from '../../present/access.ts';
import { found, problems } from '../responses.ts';

export function registerRevokeKey(app: Api, { store, principals }: Context): void {
  app.route({
    method: 'DELETE',
    url: paths.key(':id'),
    config: { permission: 'keys:manage' },
    schema: {
      operationId: 'revokeKey',
      summary: 'Revoke an API key',
      description: 'It ends at once, with the sessions that were opened with it, and stays in the list. Twice is fine.',
      tags: ['keys'],
      params: IdParams,
      querystring: OfTenantQuery,
      response: { 200: ApiKey, ...problems },
    },
    handler: async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const tenantId = await tenantMeant(store, principal, request.query.tenant);
      const row = found(await store.apiKeys.revoke(tenantId, id), 'key');
      principals.forget(id);
      if (tenantId !== principal.tenantId)
        await record(store, request, principal, { tenantId, action: 'revokeKey', objectType: 'keys', objectId: id });
      return presentKey(row);
    },
  });
}
