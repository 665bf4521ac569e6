import { paths, SLIDE_NAME_HEADER, Slide } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { discardRest } from '../../uploads/discard-rest.ts';
import { openBody } from '../../uploads/open-body.ts';
import { Binary, problems } from '../responses.ts';
import { answerAccepted } from './answer-accepted.ts';
import { referenceHeaders } from './reference-headers.ts';

const UploadHeaders = z.looseObject({
  [SLIDE_NAME_HEADER]: z.string().optional(),
  'repr-digest': z.string().optional(),
  ...referenceHeaders,
});

export function registerUploadSlide(app: Api, context: Context): void {
  // The body stays a stream: it goes to disk in the memory of a chunk.
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.route({
    method: 'POST',
    url: paths.slides,
    config: { permission: 'slides:write', cost: 20 },
    schema: {
      operationId: 'uploadSlide',
      summary: 'Upload a slide',
      description:
        'The file as the body, with its name in X-Slide-Name (percent-encoded UTF-8), or as the file of a form. ' +
        'Repr-Digest: sha-256=:<base64>: is compared with what arrived. The answer comes when the slide was opened and ' +
        'decoded once; a file that is no slide is refused and not kept. ' +
        'The same bytes as a slide that is there are that slide: 200, and the name is kept with it. A slide of several ' +
        'files (MIRAX, Hamamatsu VMS, DICOM) is sent as a zip of them.',
      tags: ['slides'],
      consumes: ['application/octet-stream', 'multipart/form-data'],
      headers: UploadHeaders,
      body: Binary,
      response: { 200: Slide, 201: Slide, ...problems },
    },
    onResponse: async (request) => discardRest(request.raw),
    handler: (request, reply) => answerAccepted(context, request, reply, openBody(request)),
  });
}
