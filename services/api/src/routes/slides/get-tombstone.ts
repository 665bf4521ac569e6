import { IdParams, paths, Tombstone } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentTombstone } from '../../present/tombstone.ts';
import { found, problems } from '../responses.ts';

export function registerGetTombstone(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.tombstone(':id'),
    config: { permission: 'audit:read' },
    schema: {
      operationId: 'getTombstone',
      summary: 'What stays of a deleted slide',
      tags: ['slides'],
      params: IdParams,
      response: { 200: Tombstone, ...problems },
    },
    handler: async ({ tenantId, params }) =>
      presentTombstone(found(await store.deletions.tombstone(tenantId, params.id), 'tombstone')),
  });
}
