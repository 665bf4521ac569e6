import type { HeatmapDescriptor } from '@gigascope/client';
import type { TileKey } from './tile-cache.ts';
import type { AreaL0 } from './view-frame.ts';

/** One tile of a heatmap's pyramid of maxima: values row-major, NaN off tissue. */
export interface HeatTile {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;
}

/** Level whose values are just not smaller than a screen pixel; 0 has one value a cell. `scale`: screen pixels to a level-0 pixel. */
export function heatLevel({ cellL0, levels }: HeatmapDescriptor, scale: number): number {
  const cellPx = Math.min(cellL0.x, cellL0.y) * scale;
  return Math.min(levels - 1, Math.max(0, Math.ceil(-Math.log2(cellPx) - 1e-9)));
}

/** Tiles of a level that an area touches. */
export function heatTilesIn(map: HeatmapDescriptor, level: number, area: AreaL0): readonly TileKey[] {
  const { columns, rows, cellL0, tileSize } = map;
  const last = (cells: number): number => Math.ceil(Math.ceil(cells / 2 ** level) / tileSize) - 1;
  const range = (from: number, to: number, sideL0: number, end: number): readonly number[] => {
    const first = Math.max(0, Math.floor(from / sideL0));
    return Array.from({ length: Math.max(0, Math.min(end, Math.floor(to / sideL0)) - first + 1) }, (_, k) => first + k);
  };
  const [sideX, sideY] = [tileSize * cellL0.x * 2 ** level, tileSize * cellL0.y * 2 ** level];
  const across = range(area.x0, area.x1, sideX, last(columns));
  return range(area.y0, area.y1, sideY, last(rows)).flatMap((row) =>
    across.map((col): TileKey => `${level}/${col}_${row}`),
  );
}

/** A tile's rectangle; the last ones overhang the slide's border by up to a cell of their level. */
export function heatTileArea(
  { cellL0, tileSize }: HeatmapDescriptor,
  { level, col, row }: { readonly level: number; readonly col: number; readonly row: number },
  { columns, rows }: Pick<HeatTile, 'columns' | 'rows'>,
): AreaL0 {
  const [x, y] = [cellL0.x * 2 ** level, cellL0.y * 2 ** level];
  const [x0, y0] = [col * tileSize * x, row * tileSize * y];
  return { x0, y0, x1: x0 + columns * x, y1: y0 + rows * y };
}

/** Reads a tile's bytes. @throws RangeError when they are not as many as there should be. */
export function readHeatTile(
  { columns, rows, tileSize }: HeatmapDescriptor,
  { level, col, row }: { readonly level: number; readonly col: number; readonly row: number },
  bytes: ArrayBuffer,
): HeatTile {
  const side = (cells: number, at: number): number => Math.min(tileSize, Math.ceil(cells / 2 ** level) - at * tileSize);
  const [width, height] = [side(columns, col), side(rows, row)];
  if (bytes.byteLength !== width * height * 4)
    throw new RangeError(`the tile holds ${bytes.byteLength} bytes instead of ${width * height * 4}`);
  return { columns: width, rows: height, values: new Float32Array(bytes) };
}
