import { paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { speakTus } from '../../uploads/tus/speak-tus.ts';
import { problems } from '../responses.ts';

export function registerDescribeUploads(app: Api, context: Context): void {
  app.route({
    method: 'OPTIONS',
    url: paths.uploads,
    config: { permission: 'anyone', audit: false },
    schema: {
      operationId: 'describeUploads',
      summary: 'What of the tus protocol is spoken',
      tags: ['uploads'],
      response: { 204: z.undefined().describe('Tus-Version, Tus-Extension, Tus-Max-Size'), ...problems },
    },
    handler: (request, reply) => speakTus(context, request, reply, null),
  });
}
