import { IdParams, paths, Upload } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { presentUpload } from '../../present/upload.ts';
import { found, problems } from '../responses.ts';

export function registerGetUpload(app: Api, { store, blobs }: Context): void {
  app.route({
    method: 'GET',
    url: paths.upload(':id'),
    // HEAD is the tus protocol's.
    exposeHeadRoute: false,
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'getUpload',
      summary: 'One upload: how far it is, and what became of it',
      tags: ['uploads'],
      params: IdParams,
      response: { 200: Upload, ...problems },
    },
    handler: async ({ tenantId, params }) => {
      const row = found(await store.uploads.get(tenantId, params.id), 'upload');
      if (row.state !== 'receiving' || row.blobKey === null) return presentUpload(row);
      // The row is told of progress once a second; the draft knows better.
      const receivedBytes = (await blobs.drafts.sizeBytes(row.blobKey)) ?? row.receivedBytes;
      return presentUpload({ ...row, receivedBytes });
    },
  });
}
