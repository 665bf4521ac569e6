import { paths, TenantList } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentTenant } from '../../present/access.ts';
import { problems } from '../responses.ts';

export function registerListTenants(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.tenants,
    config: { permission: 'tenants:manage' },
    schema: {
      operationId: 'listTenants',
      summary: 'Laboratories of this installation, by name',
      tags: ['laboratories'],
      response: { 200: TenantList, ...problems },
    },
    handler: async () => ({ items: (await store.tenants.list()).map(presentTenant) }),
  });
}
