import { DeliveriesQuery, DeliveryPage, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentDelivery } from '../../present/webhook.ts';
import { found, problems } from '../responses.ts';

export function registerListDeliveries(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.deliveries(':id'),
    config: { permission: 'webhooks:manage' },
    schema: {
      operationId: 'listWebhookDeliveries',
      summary: 'What a webhook was told in the last 30 days and how it went, newest first',
      tags: ['webhooks'],
      params: IdParams,
      querystring: DeliveriesQuery,
      response: { 200: DeliveryPage, ...problems },
    },
    handler: async ({ tenantId, params: { id }, query }) => {
      found(await store.webhooks.get(tenantId, id), 'webhook');
      const { rows, nextCursor } = await store.webhookDeliveries.list(tenantId, id, query);
      return { items: rows.map(presentDelivery), nextCursor };
    },
  });
}
