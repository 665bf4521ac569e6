import { IdParams, paths, Tenant, TenantChange } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentTenant } from '../../present/access.ts';
import { found, problems } from '../responses.ts';

export function registerChangeTenant(app: Api, { store, principals }: Context): void {
  app.route({
    method: 'PATCH',
    url: paths.tenant(':id'),
    config: { permission: 'tenants:manage', cost: 10 },
    schema: {
      operationId: 'changeTenant',
      summary: 'Change a laboratory’s name, or what tokens say for it',
      description: 'What is left out stays. CONFLICT when another laboratory has that name or claim.',
      tags: ['laboratories'],
      params: IdParams,
      body: TenantChange,
      response: { 200: Tenant, ...problems },
    },
    handler: async ({ params: { id }, body }) => {
      const tenant = found(await store.tenants.change(id, body), 'laboratory');
      // Whose tokens name a laboratory by its old claim speak for it no longer.
      principals.forget(null);
      return presentTenant(tenant);
    },
  });
}
