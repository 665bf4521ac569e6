import { OfTenantPageQuery, paths, UserPage } from '@gigascope/contracts/http';
import { tenantMeant } from '../../access/grants.ts';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentUser } from '../../present/access.ts';
import { problems } from '../responses.ts';

export function registerListUsers(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.users,
    config: { permission: 'users:manage' },
    schema: {
      operationId: 'listUsers',
      summary: 'People who have signed in by the identity provider, newest first',
      description:
        'Of the caller’s laboratory; operators see the installation’s, or those of the `tenant` that they name.',
      tags: ['users'],
      querystring: OfTenantPageQuery,
      response: { 200: UserPage, ...problems },
    },
    handler: async (request) => {
      const { tenant, ...page } = request.query;
      const tenantId = await tenantMeant(store, principalOf(request), tenant);
      const { rows, nextCursor } = await store.users.list(tenantId, page);
      return { items: rows.map(presentUser), nextCursor };
    },
  });
}
