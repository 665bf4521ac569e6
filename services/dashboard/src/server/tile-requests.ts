import {
  describeHeatmap,
  getActivation,
  getDetectionTile,
  getHeatmapTile,
  getSegmentTile,
  type HeatmapDescriptor,
  listDetections,
  listSegments,
} from '@gigascope/client';
import { type UseQueryResult, useQuery } from '@tanstack/preact-query';
import { type Finding, type FindingSource, ofDetection, ofSegment } from '../viewer/finding.ts';
import { deepestLevel, eachIn, type LoadedTile, ofTile } from '../viewer/finding-tiles.ts';
import type { SlideSize } from '../viewer/geometry.ts';
import { type HeatTile, readHeatTile } from '../viewer/heat-tiles.ts';
import { addressOf, type TileKey } from '../viewer/tile-cache.ts';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';

/** The API's largest page. */
const PAGE = 2000;
/** A tile of the deepest level with more findings stays counted. */
const MAX_PAGES = 8;

/** A succeeded analysis never changes, so its map's form is fetched once; null: not asked for. */
export function useHeatmap(analysisId: string | null): UseQueryResult<HeatmapDescriptor, ServerError> {
  return useQuery<HeatmapDescriptor, ServerError>({
    queryKey: ['heatmap', analysisId],
    queryFn: ({ signal }) => asked(describeHeatmap({ path: { id: analysisId ?? '' }, signal, throwOnError: true })),
    enabled: analysisId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export async function fetchHeatTile(
  id: string,
  map: HeatmapDescriptor,
  key: TileKey,
  signal: AbortSignal,
): Promise<HeatTile> {
  const { level, col, row } = addressOf(key);
  const path = { id, level: String(level), tile: `${col}_${row}.f32` };
  const bytes = await asked(getHeatmapTile({ path, signal, parseAs: 'arrayBuffer', throwOnError: true }));
  return readHeatTile(map, { level, col, row }, bytes as unknown as ArrayBuffer);
}

/** One tile's findings; on the deepest level each of them, where farther out they are counted. */
export async function fetchFindingTile(
  source: FindingSource,
  key: TileKey,
  size: SlideSize,
  signal: AbortSignal,
): Promise<LoadedTile> {
  const { level, col, row } = addressOf(key);
  const path = { id: source.analysisId, dzLevel: String(level), tile: `${col}_${row}.json` };
  const get = source.kind === 'detections' ? getDetectionTile : getSegmentTile;
  const tile = await asked(get({ path, signal, throwOnError: true }));
  const { x0, y0, x1, y1 } = tile;
  if (tile.counts === undefined || level < deepestLevel(size)) return ofTile(tile);
  const findings: Finding[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { limit: PAGE, ...(cursor !== undefined && { cursor }), ...{ x0, y0, x1, y1 } };
    const options = { path: { id: source.analysisId }, query, signal, throwOnError: true } as const;
    const nextCursor = await (source.kind === 'detections'
      ? asked(listDetections(options)).then((own) => {
          findings.push(...own.items.map(ofDetection));
          return own.nextCursor;
        })
      : asked(listSegments(options)).then((own) => {
          findings.push(...own.items.map(ofSegment));
          return own.nextCursor;
        }));
    if (nextCursor === null) return eachIn({ x0, y0, x1, y1 }, findings);
    cursor = nextCursor;
  }
  return ofTile(tile);
}

/** The patch about a place with what in it speaks for the model's positive class, as a PNG. */
export async function fetchActivation(id: string, x: number, y: number, signal: AbortSignal): Promise<Blob> {
  const query = { x, y };
  const png = await asked(getActivation({ path: { id }, query, signal, parseAs: 'blob', throwOnError: true }));
  return png as Blob;
}
