import { DeleteSlideQuery, IdParams, paths, Tombstone } from '@gigascope/contracts/http';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentTombstone } from '../../present/tombstone.ts';
import { finishDeletion } from '../../slides/finish-deletion.ts';
import { found, problems } from '../responses.ts';

export function registerDeleteSlide(app: Api, context: Context): void {
  const { store } = context;
  app.route({
    method: 'DELETE',
    url: paths.slide(':id'),
    config: { permission: 'slides:delete', cost: 5 },
    schema: {
      operationId: 'deleteSlide',
      summary: 'Delete a slide with its analyses and all their files',
      description:
        'SLIDE_IN_USE while analyses are under way, unless they are to be canceled; SLIDE_HELD where it must be kept. What ' +
        'was begun is brought to its end even if the process dies.',
      tags: ['slides'],
      params: IdParams,
      querystring: DeleteSlideQuery,
      response: { 200: Tombstone, ...problems },
    },
    handler: async (request) => {
      const { tenantId, params, query } = request;
      const { cancel = false, signed = false, reason } = query;
      const by = principalOf(request).name;
      found(await store.deletions.begin(tenantId, params.id, { by, reason, cancel, signed }), 'slide');
      await finishDeletion(context, tenantId, params.id);
      return presentTombstone(found(await store.deletions.tombstone(tenantId, params.id), 'tombstone'));
    },
  });
}
