import { AddAnnotationsQuery, AnnotationSet, IdParams, paths } from '@gigascope/contracts/http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { requireSight } from '../../annotations/may-see.ts';
import { ANNOTATION_MEDIA_TYPES, formatOf } from '../../annotations/read-file.ts';
import type { Api, Context } from '../../context.ts';
import { presentAnnotationSet } from '../../present/annotation-set.ts';
import { readerOf } from '../../reviews/caller.ts';
import { Binary, found, problems } from '../responses.ts';
import { readySlide } from '../slides/ready-slide.ts';

/** A hundred thousand outlines of a few points. */
const MAX_BODY_BYTES = 2 ** 24;

export function registerAddAnnotations(app: Api, { store, evaluations }: Context): void {
  // In a scope of its own, so that no other route takes such bodies.
  void app.register(async (inner) => {
    const scope = inner.withTypeProvider<ZodTypeProvider>();
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser(ANNOTATION_MEDIA_TYPES, { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    scope.route({
      method: 'POST',
      url: paths.annotations(':id'),
      bodyLimit: MAX_BODY_BYTES,
      config: { permission: 'reviews:write', cost: 20 },
      schema: {
        operationId: 'addAnnotations',
        summary: 'Keep what was drawn on a slide in other software, as truth or as notes',
        description:
          'A file of QuPath (GeoJSON), ASAP (XML) or CAMELYON (a CSV of points; with format=camelyon-json outlines as ' +
          'JSON), at most 16 MiB. Coordinates are taken to count as the software counts. Truth needs reviews:adjudicate.',
        tags: ['reviews'],
        consumes: ANNOTATION_MEDIA_TYPES,
        params: IdParams,
        querystring: AddAnnotationsQuery,
        body: Binary,
        response: { 201: AnnotationSet, ...problems },
      },
      handler: async (request, reply) => {
        const { tenantId, params, headers, query } = request;
        const { kind, name, origin } = query;
        requireSight(request, kind);
        const format = query.format ?? formatOf(headers['content-type']);
        const { metadata } = await readySlide(store, tenantId, params.id);
        const body: unknown = request.body;
        const file = { body: Buffer.isBuffer(body) ? body : Buffer.alloc(0), format, origin };
        const { geojson, count } = await evaluations.run((thread) =>
          thread.call('readFile', { ...file, boundsL0: metadata.boundsL0 }),
        );
        const { id: createdById, name: createdBy } = readerOf(request);
        const row = await store.annotations.add(tenantId, {
          ...{ slideId: params.id, name, kind, format, createdBy, createdById },
          annotations: count,
          geojson,
        });
        const set = presentAnnotationSet(found(row, 'slide'));
        return reply.code(201).header('location', paths.annotationSet(params.id, set.id)).send(set);
      },
    });
  });
}
