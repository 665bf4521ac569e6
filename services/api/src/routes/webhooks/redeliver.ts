import { DeliveryParams, paths, WebhookDelivery } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentDelivery } from '../../present/webhook.ts';
import { found, problems } from '../responses.ts';

export function registerRedeliver(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.redeliver(':id', ':deliveryId'),
    config: { permission: 'webhooks:manage', cost: 5 },
    schema: {
      operationId: 'redeliverWebhook',
      summary: 'Make a call again, under the same webhook-id',
      tags: ['webhooks'],
      params: DeliveryParams,
      response: { 202: WebhookDelivery, ...problems },
    },
    handler: async ({ tenantId, params: { id, deliveryId } }, reply) => {
      const row = found(await store.webhookDeliveries.redeliver(tenantId, id, deliveryId), 'delivery');
      return reply.code(202).send(presentDelivery(row));
    },
  });
}
