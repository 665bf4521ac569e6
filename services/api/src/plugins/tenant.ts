import { DEFAULT_TENANT_ID } from '@gigascope/store';
import type { FastifyRequest } from 'fastify';
import type { Api } from '../context.ts';

export type ResolveTenant = (request: FastifyRequest) => Promise<string>;

/** An installation of one laboratory, without keys: whoever reaches the API speaks for it. */
export const singleTenant: ResolveTenant = async () => DEFAULT_TENANT_ID;

/** Settles before any handler which laboratory a request speaks for; the store shows it no other's rows. */
export function registerTenant(app: Api, resolve: ResolveTenant): void {
  app.decorateRequest('tenantId', '');
  app.addHook('onRequest', async (request) => {
    request.tenantId = await resolve(request);
  });
}
