import { GigascopeError } from '@gigascope/contracts';
import { IdParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { discardRest } from '../../uploads/discard-rest.ts';
import { speakTus } from '../../uploads/tus/speak-tus.ts';
import { Binary, problems } from '../responses.ts';
import { TusHeaders } from './tus-headers.ts';

const MEDIA_TYPE = 'application/offset+octet-stream';

const PieceHeaders = TusHeaders.extend({
  'upload-offset': z.string().optional(),
  'upload-checksum': z.string().optional(),
});

export function registerSendPiece(app: Api, context: Context): void {
  app.route({
    method: 'PATCH',
    url: paths.upload(':id'),
    config: { permission: 'slides:write' },
    schema: {
      operationId: 'sendUploadPiece',
      summary: 'Send the next piece of an upload',
      description:
        'From Upload-Offset on, which must be where the upload stands. The answer comes when the piece is on the disk. ' +
        'Upload-Checksum (sha256, sha1 or md5) is compared with the piece: one that differs is taken back.',
      tags: ['uploads'],
      consumes: [MEDIA_TYPE],
      params: IdParams,
      headers: PieceHeaders,
      body: Binary,
      response: { 204: z.undefined().describe('Upload-Offset says how far it has come'), ...problems },
    },
    onResponse: async (request) => discardRest(request.raw),
    handler: (request, reply) => {
      if (request.headers['content-type'] !== MEDIA_TYPE) throw new GigascopeError('MEDIA_TYPE_UNSUPPORTED');
      return speakTus(context, request, reply, request.params.id);
    },
  });
}
