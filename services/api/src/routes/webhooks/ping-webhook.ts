import { randomUUID } from 'node:crypto';
import { IdParams, paths, WebhookPing } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { found, problems } from '../responses.ts';

export function registerPingWebhook(app: Api, { store, webhooks, closing }: Context): void {
  app.route({
    method: 'POST',
    url: paths.pingWebhook(':id'),
    config: { permission: 'webhooks:manage', cost: 50 },
    schema: {
      operationId: 'pingWebhook',
      summary: 'Try a webhook out',
      description: 'Sends a signed ping now, once, also where the webhook is disabled, and answers how it went.',
      tags: ['webhooks'],
      params: IdParams,
      response: { 200: WebhookPing, ...problems },
    },
    handler: async ({ tenantId, params: { id } }) => {
      const { url } = found(await store.webhooks.get(tenantId, id), 'webhook');
      const secrets = found(await store.webhooks.secrets(tenantId, id), 'webhook');
      const messageId = randomUUID();
      const message = { type: 'ping' as const, timestamp: new Date().toISOString(), data: { webhookId: id } };
      const { entry } = await webhooks.send(url, secrets, messageId, message, closing);
      const { status, error, durationMs } = entry;
      return { messageId, status, error, durationMs };
    },
  });
}
