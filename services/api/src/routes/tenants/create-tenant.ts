import { NewTenant, paths, Tenant } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentTenant } from '../../present/access.ts';
import { problems } from '../responses.ts';

export function registerCreateTenant(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.tenants,
    config: { permission: 'tenants:manage', cost: 10 },
    schema: {
      operationId: 'createTenant',
      summary: 'Enter a laboratory',
      description: 'CONFLICT when another has its name or its claim.',
      tags: ['laboratories'],
      body: NewTenant,
      response: { 201: Tenant, ...problems },
    },
    handler: async ({ body: { name, claim } }, reply) => {
      const tenant = await store.tenants.create(name, claim);
      return reply.code(201).header('location', paths.tenant(tenant.id)).send(presentTenant(tenant));
    },
  });
}
