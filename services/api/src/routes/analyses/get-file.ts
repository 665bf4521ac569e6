import { IdParams, OUTPUT_FILES, OutputFile, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { binary, IMMUTABLE, problems } from '../responses.ts';
import { sendBlob } from '../send-blob.ts';
import { requireSucceeded } from './require-succeeded.ts';

/** Addresses that say what is there rather than how the file is called. */
const ALIASES: readonly (readonly [operationId: string, url: string, name: OutputFile])[] = [
  ['getResult', paths.result(':id'), 'result.json'],
  ['getLesionsCsv', paths.lesionsCsv(':id'), 'lesions.csv'],
  ['getLesionsGeojson', paths.lesionsGeojson(':id'), 'lesions.geojson'],
  ['getHeatmap', paths.heatmapNpy(':id'), 'heatmap.npy'],
];

const SUMMARIES: Readonly<Record<OutputFile, string>> = {
  'result.json': 'The whole result',
  'heatmap.npy': 'The heatmap: float32 [rows, columns], NaN off tissue',
  'heatmap.png': 'The heatmap in magma’s colours, one pixel per cell, transparent off tissue',
  'overlay.png': 'Thumbnail, heatmap and numbered lesions, to look at',
  'lesions.csv': 'Lesions as confidence,x,y: the CAMELYON16 form',
  'lesions.geojson': 'Lesions as GeoJSON, opens in QuPath',
  'detections.csv': 'Boxes as class,confidence,x0,y0,x1,y1 in level-0 pixels',
  'detections.geojson': 'Boxes as GeoJSON, opens in QuPath',
  'segments.geojson': 'Outlines with holes as GeoJSON, opens in QuPath',
  'mask.tif': 'The class mask as a tiled pyramidal TIFF at the model’s spacing',
};

/** The files of an analysis, byte for byte as `gigascope analyze` writes them. */
export function registerGetFile(app: Api, { store, blobs }: Context): void {
  const send = async (tenantId: string, id: string, name: OutputFile, reply: Parameters<typeof sendBlob>[0]) => {
    const { blobKey } = await requireSucceeded(store, tenantId, id, () => store.analyses.artifact(tenantId, id, name));
    reply.header('content-disposition', `${name.endsWith('.png') ? 'inline' : 'attachment'}; filename="${name}"`);
    return sendBlob(reply.header('cache-control', IMMUTABLE), blobs, blobKey, OUTPUT_FILES[name]);
  };
  app.route({
    method: 'GET',
    url: paths.file(':id', ':name'),
    config: { permission: 'analyses:read', cost: 5 },
    schema: {
      operationId: 'getFile',
      summary: 'One file of an analysis by its name',
      tags: ['analyses'],
      params: IdParams.extend({ name: OutputFile }),
      response: { 200: binary('The file', 'application/octet-stream'), ...problems },
    },
    handler: async ({ tenantId, params: { id, name } }, reply) => send(tenantId, id, name, reply),
  });
  for (const [operationId, url, name] of ALIASES) {
    app.route({
      method: 'GET',
      url,
      config: { permission: 'analyses:read', cost: 5 },
      schema: {
        operationId,
        summary: SUMMARIES[name],
        tags: ['analyses'],
        params: IdParams,
        response: { 200: binary(name, OUTPUT_FILES[name]), ...problems },
      },
      handler: async ({ tenantId, params: { id } }, reply) => send(tenantId, id, name, reply),
    });
  }
}
