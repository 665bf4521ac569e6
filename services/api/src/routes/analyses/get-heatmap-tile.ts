import { GigascopeError } from '@gigascope/contracts';
import { HeatmapDescriptor, HeatmapTileParams, IdParams, paths } from '@gigascope/contracts/http';
import { cropMap } from '@gigascope/findings';
import type { Api, Context } from '../../context.ts';
import { HEATMAP_TILE, type HeatmapPyramid } from '../../heatmaps/heatmap-pyramids.ts';
import { binary, IMMUTABLE, problems } from '../responses.ts';
import { requireSucceeded } from './require-succeeded.ts';
import { tileAddress } from './tile-address.ts';

/** The heatmap as numbers, tile by tile. */
export function registerGetHeatmapTile(app: Api, { store, heatmaps }: Context): void {
  const open = async (tenantId: string, id: string): Promise<HeatmapPyramid> => {
    const { blobKey } = await requireSucceeded(store, tenantId, id, () =>
      store.analyses.artifact(tenantId, id, 'heatmap.npy'),
    );
    return heatmaps.get(blobKey);
  };
  app.route({
    method: 'GET',
    url: paths.heatmap(':id'),
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'describeHeatmap',
      summary: 'Size and place of the heatmap and of its tiles',
      tags: ['analyses'],
      params: IdParams,
      response: { 200: HeatmapDescriptor, ...problems },
    },
    handler: async ({ tenantId, params: { id } }, reply) => {
      const levels = await open(tenantId, id);
      const { result } = await requireSucceeded(store, tenantId, id, () => store.analyses.result(tenantId, id));
      const [{ columns, rows }] = levels;
      const { cellL0 } = result.grid;
      return reply
        .header('cache-control', IMMUTABLE)
        .send({ columns, rows, cellL0, tileSize: HEATMAP_TILE, levels: levels.length });
    },
  });
  app.route({
    method: 'GET',
    url: paths.heatmapTile(':id', ':level', ':tile'),
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'getHeatmapTile',
      summary: 'One tile of the heatmap’s numbers',
      description: 'float32, little-endian, row-major, NaN off tissue. LEVEL_OUT_OF_RANGE when there is no such tile.',
      tags: ['analyses'],
      params: HeatmapTileParams,
      response: { 200: binary('At most 256 × 256 values', 'application/octet-stream'), ...problems },
    },
    handler: async ({ tenantId, params: { id, level, tile } }, reply) => {
      const map = (await open(tenantId, id))[Number(level)];
      const { col, row } = tileAddress(tile);
      const part = map && cropMap(map, col * HEATMAP_TILE, row * HEATMAP_TILE, HEATMAP_TILE);
      if (part === undefined || part.values.length === 0) throw new GigascopeError('LEVEL_OUT_OF_RANGE');
      return reply
        .header('cache-control', IMMUTABLE)
        .type('application/octet-stream')
        .send(Buffer.from(part.values.buffer));
    },
  });
}
