import { BatchPage, PageQuery, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentBatch } from '../../present/batch.ts';
import { problems } from '../responses.ts';

export function registerListBatches(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.batches,
    config: { permission: 'analyses:read', cost: 10 },
    schema: {
      operationId: 'listBatches',
      summary: 'Batches, newest first',
      description: 'Estimates of their ends are left out here; ask for the one batch.',
      tags: ['analyses'],
      querystring: PageQuery,
      response: { 200: BatchPage, ...problems },
    },
    handler: async ({ tenantId, query }) => {
      const { rows, nextCursor } = await store.batches.list(tenantId, query);
      return { items: rows.map((row) => presentBatch(row, null)), nextCursor };
    },
  });
}
