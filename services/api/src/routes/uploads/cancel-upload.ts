import { IdParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { speakTus } from '../../uploads/tus/speak-tus.ts';
import { problems } from '../responses.ts';
import { TusHeaders } from './tus-headers.ts';

export function registerCancelUpload(app: Api, context: Context): void {
  app.route({
    method: 'DELETE',
    url: paths.upload(':id'),
    config: { permission: 'slides:write' },
    schema: {
      operationId: 'cancelUpload',
      summary: 'Give an upload up',
      description: 'What was received is deleted. An upload that is complete is a slide, or about to be, and stays.',
      tags: ['uploads'],
      params: IdParams,
      headers: TusHeaders,
      response: { 204: z.undefined().describe('It is gone'), ...problems },
    },
    handler: (request, reply) => speakTus(context, request, reply, request.params.id),
  });
}
