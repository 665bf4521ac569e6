import { IdParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { speakTus } from '../../uploads/tus/speak-tus.ts';
import { problems } from '../responses.ts';
import { TusHeaders } from './tus-headers.ts';

export function registerGetUploadOffset(app: Api, context: Context): void {
  app.route({
    method: 'HEAD',
    url: paths.upload(':id'),
    config: { permission: 'slides:write' },
    schema: {
      operationId: 'getUploadOffset',
      summary: 'How far an upload has come',
      description: 'Upload-Offset is what is on the disk, also just after a crash: the next piece begins there.',
      tags: ['uploads'],
      params: IdParams,
      headers: TusHeaders,
      response: { 200: z.undefined().describe('Upload-Offset, Upload-Length, Upload-Metadata'), ...problems },
    },
    handler: (request, reply) => speakTus(context, request, reply, request.params.id),
  });
}
