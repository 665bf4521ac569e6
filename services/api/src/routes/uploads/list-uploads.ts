import { PageQuery, paths, UploadPage } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentUpload } from '../../present/upload.ts';
import { problems } from '../responses.ts';

export function registerListUploads(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.uploads,
    exposeHeadRoute: false,
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'listUploads',
      summary: 'Uploads, newest first',
      description: 'Those under way and those that ended, with the reason where one was refused.',
      tags: ['uploads'],
      querystring: PageQuery,
      response: { 200: UploadPage, ...problems },
    },
    handler: async ({ tenantId, query }) => {
      const { rows, nextCursor } = await store.uploads.list(tenantId, query);
      return { items: rows.map(presentUpload), nextCursor };
    },
  });
}
