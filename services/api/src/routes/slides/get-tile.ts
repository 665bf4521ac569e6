import { paths, TileParams } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { jpegOf, TILE_QUALITY } from '../../encode-jpeg.ts';
import { abortedWith } from '../aborted-with.ts';
import { entityTag, isFresh } from '../conditional.ts';
import { binary, IMMUTABLE, problems } from '../responses.ts';
import { DEEP_ZOOM } from './deep-zoom.ts';

export function registerGetTile(app: Api, { shown, blobs, views, tiles }: Context): void {
  app.route({
    method: 'GET',
    url: `${paths.tiles(':id')}:dzLevel/:tile`,
    config: { permission: 'slides:read' },
    // Two lines a tile would be most of the log, and a good part of a tile's cost.
    logLevel: 'warn',
    schema: {
      operationId: 'getTile',
      summary: 'One Deep Zoom tile',
      description:
        'dzLevel 0 is 1 × 1; a tile is <column>_<row>.jpg. LEVEL_OUT_OF_RANGE when there is none. 304 for a client that has it.',
      tags: ['slides'],
      params: TileParams,
      response: { 200: binary('JPEG of at most 256 × 256', 'image/jpeg'), ...problems },
    },
    handler: async (request, reply) => {
      const { id, dzLevel, tile } = request.params;
      const slide = await shown.of(request.tenantId, id);
      const [col = 0, row = 0] = tile.replace('.jpg', '').split('_').map(Number);
      const tag = entityTag(slide.sha256, 'dz', dzLevel, String(col), String(row), `q${TILE_QUALITY}`);
      reply.header('cache-control', IMMUTABLE);
      if (isFresh(request, reply, tag)) return reply.send();
      const path = blobs.path(slide.blobKey);
      const asked = { path, ...DEEP_ZOOM, dzLevel: Number(dzLevel), col, row, quality: TILE_QUALITY };
      const jpeg = await tiles.get(`${id} ${tag}`, async () => {
        return await jpegOf(await views.call('tile', asked, abortedWith(reply)));
      });
      return reply.type('image/jpeg').send(jpeg);
    },
  });
}
