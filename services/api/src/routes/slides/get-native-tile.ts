import { NativeTileParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { abortedWith } from '../aborted-with.ts';
import { entityTag, isFresh } from '../conditional.ts';
import { binary, IMMUTABLE, problems } from '../responses.ts';

export function registerGetNativeTile(app: Api, { blobs, shown, native }: Context): void {
  app.route({
    method: 'GET',
    url: `${paths.native(':id')}/:level/:tile`,
    config: { permission: 'slides:read' },
    // Two lines a tile would be most of the log, and a good part of a tile's cost.
    logLevel: 'warn',
    schema: {
      operationId: 'getNativeTile',
      summary: 'One of the slide’s own JPEG tiles',
      description:
        'As the scanner wrote it: nothing is decoded. A tile is <column>_<row>.jpg; at the right and lower border it may hold ' +
        'padding beyond the level’s size. LEVEL_OUT_OF_RANGE when there is none. 304 for a client that has it.',
      tags: ['slides'],
      params: NativeTileParams,
      response: { 200: binary('JPEG of the level’s tile size', 'image/jpeg'), ...problems },
    },
    handler: async (request, reply) => {
      const { id, level, tile } = request.params;
      const slide = await shown.of(request.tenantId, id);
      const [col = 0, row = 0] = tile.slice(0, -'.jpg'.length).split('_').map(Number);
      const tag = entityTag(slide.sha256, 'native', level, String(col), String(row));
      reply.header('cache-control', IMMUTABLE);
      if (isFresh(request, reply, tag)) return reply.send();
      const address = { level: Number(level), col, row };
      const jpeg = await native.tile(blobs.path(slide.blobKey), address, () => abortedWith(reply));
      return reply.type('image/jpeg').send(jpeg);
    },
  });
}
