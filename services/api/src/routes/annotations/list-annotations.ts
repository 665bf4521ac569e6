import { AnnotationSetList, IdParams, paths } from '@gigascope/contracts/http';
import { maySee } from '../../annotations/may-see.ts';
import type { Api, Context } from '../../context.ts';
import { presentAnnotationSet } from '../../present/annotation-set.ts';
import { found, problems } from '../responses.ts';

export function registerListAnnotations(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.annotations(':id'),
    config: { permission: 'reviews:read' },
    schema: {
      operationId: 'listAnnotations',
      summary: 'Sets of annotations of a slide, newest first',
      description: 'Truth is listed for those who may adjudicate.',
      tags: ['reviews'],
      params: IdParams,
      response: { 200: AnnotationSetList, ...problems },
    },
    handler: async (request) => {
      const rows = found(await store.annotations.list(request.tenantId, request.params.id), 'slide');
      return { items: rows.filter(({ kind }) => maySee(request, kind)).map(presentAnnotationSet) };
    },
  });
}
