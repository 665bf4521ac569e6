import { IdParams, paths, RotatedSecret } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { mintSecret } from '../../webhooks/secret.ts';
import { found, problems } from '../responses.ts';

export function registerRotateWebhookSecret(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.rotateWebhook(':id'),
    config: { permission: 'webhooks:manage' },
    schema: {
      operationId: 'rotateWebhookSecret',
      summary: 'Take a new secret',
      description: 'For 24 hours calls carry two signatures, by the new secret and by the one before.',
      tags: ['webhooks'],
      params: IdParams,
      response: { 200: RotatedSecret, ...problems },
    },
    handler: async ({ tenantId, params: { id } }, reply) => {
      const secret = mintSecret();
      const previousUntil = found(await store.webhooks.rotate(tenantId, id, secret), 'webhook');
      return reply.header('cache-control', 'no-store').send({ secret, previousUntil: previousUntil.toISOString() });
    },
  });
}
