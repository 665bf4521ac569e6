import { type Detection, GigascopeError, type Segment, type SlideMetadata } from '@gigascope/contracts';
import { FindingTile, FindingTileParams, paths } from '@gigascope/contracts/http';
import type { Page, Store } from '@gigascope/store';
import type { Api, Context } from '../../context.ts';
import { found, IMMUTABLE, problems } from '../responses.ts';
import { byClass } from './by-class.ts';
import { requireSucceeded } from './require-succeeded.ts';
import { tileAddress } from './tile-address.ts';

const TILE_PX = 512;
/** More than these are counted instead: a screen shows no more of them apart. */
const MAX_SHOWN = 1000;
const CELLS_A_SIDE = 16;
/** Level-0 pixels below which no border can be told: keeps a centre on a border out of the tile before it. */
const LEAST_L0 = 1e-6;

const KINDS = [
  ['detections', 'getDetectionTile', 'Boxes of one tile, or their number where they are too many'],
  ['segments', 'getSegmentTile', 'Outlines of one tile, or their number where they are too many'],
] as const;

/** Vector tiles on the Deep Zoom levels of the slide: what is too small to be told apart is counted, never left out. */
export function registerGetFindingTile(app: Api, { store }: Context): void {
  for (const [kind, operationId, summary] of KINDS) {
    app.route({
      method: 'GET',
      url: paths.findingTile(':id', kind, ':dzLevel', ':tile'),
      config: { permission: 'analyses:read', cost: 2 },
      schema: {
        operationId,
        summary,
        description:
          'Tiles of 512 px without overlap on the slide’s Deep Zoom levels. A finding stands in every tile that its bounding ' +
          'box touches; counts are by the centre, in 16 × 16 cells.',
        tags: ['analyses'],
        params: FindingTileParams,
        response: { 200: FindingTile, ...problems },
      },
      handler: async ({ tenantId, params: { id, dzLevel, tile } }, reply) => {
        const analysis = found(await store.analyses.get(tenantId, id), 'analysis');
        const { metadata } = found(await store.slides.get(tenantId, analysis.slideId), 'slide');
        const area = tileArea(found(metadata, 'slide'), Number(dzLevel), tileAddress(tile));
        const request = { area, limit: MAX_SHOWN };
        const page = await requireSucceeded<Page<Detection | Segment>>(store, tenantId, id, () =>
          store.findings[kind](tenantId, id, request),
        );
        const content =
          page.nextCursor === null
            ? { [kind]: [...page.rows] }
            : { counts: await counts(store, kind, tenantId, id, area) };
        return reply.header('cache-control', IMMUTABLE).send({ ...area, ...content });
      },
    });
  }
}

interface Area {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** @throws GigascopeError LEVEL_OUT_OF_RANGE when there is no such tile. */
function tileArea(
  slide: Pick<SlideMetadata, 'widthL0' | 'heightL0'>,
  dzLevel: number,
  at: { col: number; row: number },
): Area {
  const { widthL0, heightL0 } = slide;
  const levels = Math.ceil(Math.log2(Math.max(widthL0, heightL0)));
  const sideL0 = TILE_PX * 2 ** (levels - dzLevel);
  const [x0, y0] = [at.col * sideL0, at.row * sideL0];
  if (dzLevel > levels || x0 >= widthL0 || y0 >= heightL0) throw new GigascopeError('LEVEL_OUT_OF_RANGE');
  return { x0, y0, x1: x0 + sideL0, y1: y0 + sideL0 };
}

async function counts(store: Store, kind: 'detections' | 'segments', tenantId: string, id: string, area: Area) {
  const cellL0 = Math.max(1, (area.x1 - area.x0) / CELLS_A_SIDE);
  const halfOpen = { ...area, x1: area.x1 - LEAST_L0, y1: area.y1 - LEAST_L0 };
  const request = { cellL0, area: halfOpen, maxCells: Number.MAX_SAFE_INTEGER - 1 };
  const cells = await requireSucceeded(store, tenantId, id, () => store.findings.density(kind, tenantId, id, request));
  return { cellL0, classes: byClass(cells) };
}
