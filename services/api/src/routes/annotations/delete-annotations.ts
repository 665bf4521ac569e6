import { GigascopeError } from '@gigascope/contracts';
import { AnnotationSetParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import { principalOf } from '../../access/register-access.ts';
import { requireSight } from '../../annotations/may-see.ts';
import type { Api, Context } from '../../context.ts';
import { found, problems } from '../responses.ts';

export function registerDeleteAnnotations(app: Api, { store }: Context): void {
  app.route({
    method: 'DELETE',
    url: paths.annotationSet(':id', ':setId'),
    config: { permission: 'reviews:write' },
    schema: {
      operationId: 'deleteAnnotations',
      summary: 'Remove a set of annotations',
      description: 'Notes by who made them or may adjudicate, truth by who may adjudicate.',
      tags: ['reviews'],
      params: AnnotationSetParams,
      response: { 204: z.undefined().describe('It is gone'), ...problems },
    },
    handler: async (request, reply) => {
      const { tenantId, params } = request;
      const { id, permissions } = principalOf(request);
      const set = found(await store.annotations.get(tenantId, params.id, params.setId), 'set of annotations');
      requireSight(request, set.kind);
      if (set.createdById !== id && !permissions.has('reviews:adjudicate'))
        throw new GigascopeError('FORBIDDEN', 'another made it');
      await store.annotations.remove(tenantId, params.id, params.setId);
      return reply.code(204).send(undefined);
    },
  });
}
