import { Batch, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentBatch } from '../../present/batch.ts';
import { found, problems } from '../responses.ts';

export function registerGetBatch(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.batch(':id'),
    config: { permission: 'analyses:read', cost: 2 },
    schema: {
      operationId: 'getBatch',
      summary: 'How a batch stands',
      tags: ['analyses'],
      params: IdParams,
      response: { 200: Batch, ...problems },
    },
    handler: async ({ tenantId, params: { id } }) => {
      const row = found(await store.batches.get(tenantId, id), 'batch');
      return presentBatch(row, await store.batches.etaSeconds(tenantId, id));
    },
  });
}
