import { CreatedWebhook, CreateWebhook, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentWebhook } from '../../present/webhook.ts';
import { mintSecret } from '../../webhooks/secret.ts';
import { problems } from '../responses.ts';

export function registerCreateWebhook(app: Api, { store, webhooks }: Context): void {
  app.route({
    method: 'POST',
    url: paths.webhooks,
    config: { permission: 'webhooks:manage', cost: 20 },
    schema: {
      operationId: 'createWebhook',
      summary: 'Be called when something happens',
      description:
        'Calls are POSTs of a WebhookMessage, signed as Standard Webhooks says with the secret that is answered here and ' +
        'never again. A call that is not answered by 2xx within 15 s is made again, under the same webhook-id, for about ' +
        'three days; 410 disables the webhook. The order of calls is not promised. The URL must be https:// on the public ' +
        'internet, or a host that this installation allows by name; redirects are not followed.',
      tags: ['webhooks'],
      body: CreateWebhook,
      response: { 201: CreatedWebhook, ...problems },
    },
    handler: async ({ tenantId, body }, reply) => {
      await webhooks.checkUrl(body.url);
      const secret = mintSecret();
      const row = await store.webhooks.create(tenantId, { ...body, secret });
      return reply
        .code(201)
        .header('location', paths.webhook(row.id))
        .header('cache-control', 'no-store')
        .send({ ...presentWebhook(row), secret });
    },
  });
}
