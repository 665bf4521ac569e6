import { ChangeWebhook, IdParams, paths, Webhook } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentWebhook } from '../../present/webhook.ts';
import { found, problems } from '../responses.ts';

export function registerChangeWebhook(app: Api, { store, webhooks }: Context): void {
  app.route({
    method: 'PATCH',
    url: paths.webhook(':id'),
    config: { permission: 'webhooks:manage', cost: 20 },
    schema: {
      operationId: 'changeWebhook',
      summary: 'Change where and of what a webhook is called, or disable or enable it',
      description: 'Disabling ends what is still to be sent as failed; nothing is entered while a webhook is disabled.',
      tags: ['webhooks'],
      params: IdParams,
      body: ChangeWebhook,
      response: { 200: Webhook, ...problems },
    },
    handler: async ({ tenantId, params: { id }, body }) => {
      found(await store.webhooks.get(tenantId, id), 'webhook');
      if (body.url !== undefined) await webhooks.checkUrl(body.url);
      return presentWebhook(found(await store.webhooks.change(tenantId, id, body), 'webhook'));
    },
  });
}
