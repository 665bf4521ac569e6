import { Batch, CancelBatch, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentBatch } from '../../present/batch.ts';
import { found, problems } from '../responses.ts';

/** 10,000 ids. */
const MAX_BODY_BYTES = 2 ** 20;

export function registerCancelBatch(app: Api, { store }: Context): void {
  app.route({
    method: 'POST',
    url: paths.cancelBatch(':id'),
    bodyLimit: MAX_BODY_BYTES,
    config: { permission: 'analyses:write', cost: 20, idempotent: true },
    schema: {
      operationId: 'cancelBatch',
      summary: 'Stop what is open of a batch',
      description:
        'All of it, or the analyses that are named; the body may be left out. Those that have ended, or are of no batch or ' +
        'another, stay as they are; stopping a batch that is over is fine.',
      tags: ['analyses'],
      params: IdParams,
      body: CancelBatch.nullish(),
      response: { 200: Batch, ...problems },
    },
    handler: async ({ tenantId, params: { id }, body }) => {
      const row = found(await store.batches.cancel(tenantId, id, body?.analysisIds), 'batch');
      return presentBatch(row, await store.batches.etaSeconds(tenantId, id));
    },
  });
}
