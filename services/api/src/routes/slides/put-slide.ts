import { paths, Slide } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { discardRest } from '../../uploads/discard-rest.ts';
import { namedBody } from '../../uploads/open-body.ts';
import { Binary, problems } from '../responses.ts';
import { answerAccepted } from './answer-accepted.ts';
import { referenceHeaders } from './reference-headers.ts';

const DigestHeaders = z.looseObject({
  'repr-digest': z.string().optional(),
  digest: z.string().optional(),
  ...referenceHeaders,
});

export function registerPutSlide(app: Api, context: Context): void {
  app.route({
    method: 'PUT',
    // Not a parameter: those may be no longer than ids are.
    url: paths.namedSlide('*'),
    config: { permission: 'slides:write', cost: 20 },
    schema: {
      operationId: 'putSlide',
      summary: 'Upload a slide under its own name',
      description:
        'For scripts: `curl -T slide.svs …/api/v1/slides/`. As uploadSlide, with the name in the path. Sending the same ' +
        'bytes again answers 200 with the slide that they are.',
      tags: ['slides'],
      consumes: ['application/octet-stream'],
      params: z.object({ '*': z.string() }),
      headers: DigestHeaders,
      body: Binary,
      response: { 200: Slide, 201: Slide, ...problems },
    },
    // curl names no type.
    onRequest: async ({ headers }) => {
      headers['content-type'] ??= 'application/octet-stream';
    },
    onResponse: async (request) => discardRest(request.raw),
    handler: async (request, reply) => answerAccepted(context, request, reply, namedBody(request, request.params['*'])),
  });
}
