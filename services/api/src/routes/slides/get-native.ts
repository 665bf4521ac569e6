import { IdParams, NativeDescriptor, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { problems } from '../responses.ts';

export function registerGetNative(app: Api, { blobs, shown, native }: Context): void {
  app.route({
    method: 'GET',
    url: paths.native(':id'),
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'getNative',
      summary: 'The slide’s own levels and JPEG tiles',
      description:
        'Sizes in pixels of each level, which is `level` in the address of a tile. No levels where the slide’s tiles are not ' +
        'JPEG, or not plain enough to be passed on as they are: then there is the Deep Zoom image, as there is for every slide.',
      tags: ['slides'],
      params: IdParams,
      response: { 200: NativeDescriptor, ...problems },
    },
    handler: async ({ tenantId, params }) => {
      const { blobKey } = await shown.of(tenantId, params.id);
      return { levels: [...(await native.levels(blobs.path(blobKey)))] };
    },
  });
}
