import { paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { discardRest } from '../../uploads/discard-rest.ts';
import { speakTus } from '../../uploads/tus/speak-tus.ts';
import { problems } from '../responses.ts';
import { TusHeaders } from './tus-headers.ts';

const CreateHeaders = TusHeaders.extend({
  'upload-length': z.string().optional(),
  'upload-metadata': z.string().optional(),
  'upload-checksum': z.string().optional(),
});

export function registerCreateUpload(app: Api, context: Context): void {
  // The body stays a stream, as a slide's does.
  app.addContentTypeParser('application/offset+octet-stream', (_request, payload, done) => done(null, payload));
  app.route({
    method: 'POST',
    url: paths.uploads,
    config: { permission: 'slides:write', cost: 20 },
    schema: {
      operationId: 'createUpload',
      summary: 'Begin a resumable upload',
      description:
        'tus 1.0 with creation, creation-with-upload, checksum, expiration and termination. Upload-Length is the size of ' +
        'the file; Upload-Metadata holds filename, and optionally sha256 (hexadecimal, of the whole file), caseRef, ' +
        'patientRef and blockRef (the laboratory’s own references). Location is the upload’s address.',
      tags: ['uploads'],
      headers: CreateHeaders,
      response: { 201: z.undefined().describe('The upload was made; Location says where'), ...problems },
    },
    onResponse: async (request) => discardRest(request.raw),
    handler: (request, reply) => speakTus(context, request, reply, null),
  });
}
