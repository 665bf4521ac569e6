import { IdParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { found, problems } from '../responses.ts';

export function registerDeleteWebhook(app: Api, { store }: Context): void {
  app.route({
    method: 'DELETE',
    url: paths.webhook(':id'),
    config: { permission: 'webhooks:manage' },
    schema: {
      operationId: 'deleteWebhook',
      summary: 'Call a webhook no more, and forget what it was told',
      tags: ['webhooks'],
      params: IdParams,
      response: { 204: z.undefined().describe('It is gone'), ...problems },
    },
    handler: async ({ tenantId, params: { id } }, reply) => {
      found((await store.webhooks.remove(tenantId, id)) || null, 'webhook');
      return reply.code(204).send(undefined);
    },
  });
}
