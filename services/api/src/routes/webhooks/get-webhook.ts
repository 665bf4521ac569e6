import { IdParams, paths, Webhook } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentWebhook } from '../../present/webhook.ts';
import { found, problems } from '../responses.ts';

export function registerGetWebhook(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.webhook(':id'),
    config: { permission: 'webhooks:manage' },
    schema: {
      operationId: 'getWebhook',
      summary: 'One webhook, without its secret',
      tags: ['webhooks'],
      params: IdParams,
      response: { 200: Webhook, ...problems },
    },
    handler: async ({ tenantId, params: { id } }) =>
      presentWebhook(found(await store.webhooks.get(tenantId, id), 'webhook')),
  });
}
