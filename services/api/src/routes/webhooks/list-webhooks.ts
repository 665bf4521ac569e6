import { paths, WebhookList } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentWebhook } from '../../present/webhook.ts';
import { problems } from '../responses.ts';

export function registerListWebhooks(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.webhooks,
    config: { permission: 'webhooks:manage' },
    schema: {
      operationId: 'listWebhooks',
      summary: 'The laboratory’s webhooks, newest first; at most 10',
      tags: ['webhooks'],
      response: { 200: WebhookList, ...problems },
    },
    handler: async ({ tenantId }) => ({ items: (await store.webhooks.list(tenantId)).map(presentWebhook) }),
  });
}
