import { IdParams, OfTenantQuery, paths, User, UserChange } from '@gigascope/contracts/http';
import { requireGrantable, tenantMeant } from '../../access/grants.ts';
import { record } from '../../access/record.ts';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentUser } from '../../present/access.ts';
import { found, problems } from '../responses.ts';

export function registerChangeUser(app: Api, { store, principals }: Context): void {
  app.route({
    method: 'PATCH',
    url: paths.user(':id'),
    config: { permission: 'users:manage', cost: 10 },
    schema: {
      operationId: 'changeUser',
      summary: 'Change what a person may do',
      description: 'What is left out stays. Disabling ends their sessions, and their tokens are refused.',
      tags: ['users'],
      params: IdParams,
      querystring: OfTenantQuery,
      body: UserChange,
      response: { 200: User, ...problems },
    },
    handler: async (request) => {
      const { id } = request.params;
      const { roles = [], phi = false } = request.body;
      const principal = principalOf(request);
      const tenantId = await tenantMeant(store, principal, request.query.tenant);
      requireGrantable(principal, tenantId, { roles, phi, only: null });
      const row = found(await store.users.change(tenantId, id, request.body), 'user');
      principals.forget(id);
      if (tenantId !== principal.tenantId)
        await record(store, request, principal, { tenantId, action: 'changeUser', objectType: 'users', objectId: id });
      return presentUser(row);
    },
  });
}
