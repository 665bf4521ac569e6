import { ApiKeyPage, OfTenantPageQuery, paths } from '@gigascope/contracts/http';
import { tenantMeant } from '../../access/grants.ts';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentKey } from '../../present/access.ts';
import { problems } from '../responses.ts';

export function registerListKeys(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.keys,
    config: { permission: 'keys:manage' },
    schema: {
      operationId: 'listKeys',
      summary: 'API keys, newest first, revoked ones too',
      description:
        'Of the caller’s laboratory; operators see the installation’s, or those of the `tenant` that they name.',
      tags: ['keys'],
      querystring: OfTenantPageQuery,
      response: { 200: ApiKeyPage, ...problems },
    },
    handler: async (request) => {
      const { tenant, ...page } = request.query;
      const tenantId = await tenantMeant(store, principalOf(request), tenant);
      const { rows, nextCursor } = await store.apiKeys.list(tenantId, page);
      return { items: rows.map(presentKey), nextCursor };
    },
  });
}
