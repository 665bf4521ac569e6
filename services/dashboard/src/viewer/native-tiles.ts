import { getNative, type NativeDescriptor } from '@gigascope/client';
import type { DeepZoomDescriptor } from '@gigascope/contracts/http';
import { paths } from '@gigascope/contracts/paths';
import type OpenSeadragon from 'openseadragon';
import { asked } from '../server/client.ts';

type NativeLevel = NativeDescriptor['levels'][number];

/** How one halving of the slide is cut into tiles. Sides may be fractions: so much of the last pixel is slide. */
export interface TileLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tileWidthPx: number;
  readonly tileHeightPx: number;
  readonly overlapPx: number;
  readonly columns: number;
  readonly rows: number;
  /** The slide's own level; null where the server makes Deep Zoom tiles. */
  readonly nativeLevel: number | null;
}

/** A level may be this much off a halving: its own size says where its pixels lie. */
const MOST_OFF = 0.02;
/** Smaller tiles are too many requests, larger ones too many pixels beside the window. */
const [LEAST_TILE_PX, MOST_TILE_PX] = [128, 1024];

/** Every halving of a slide from one pixel on, in the slide's own tiles where it has a level like that. */
export function layTiles({ Image }: DeepZoomDescriptor, native: readonly NativeLevel[]): readonly TileLayout[] {
  const { Width: widthL0, Height: heightL0 } = Image.Size;
  const halvings = Math.ceil(Math.log2(Math.max(widthL0, heightL0)));
  return Array.from({ length: halvings + 1 }, (_, dzLevel) => {
    const perL0 = 2 ** (dzLevel - halvings);
    const [widthPx, heightPx] = [widthL0 * perL0, heightL0 * perL0];
    const at = native.findIndex(
      (level) => isNear(level.widthPx, widthPx) && isNear(level.heightPx, heightPx) && isHandy(level),
    );
    const own = native[at];
    if (own !== undefined) return { ...own, overlapPx: 0, nativeLevel: at };
    return {
      ...{ widthPx, heightPx, tileWidthPx: Image.TileSize, tileHeightPx: Image.TileSize, overlapPx: Image.Overlap },
      columns: Math.ceil(Math.ceil(widthPx) / Image.TileSize),
      rows: Math.ceil(Math.ceil(heightPx) / Image.TileSize),
      nativeLevel: null,
    };
  });
}

/** The slide in its own tiles where it has some; the descriptor itself where it has none or they cannot be asked for. */
export async function tileSourceOf(
  library: typeof OpenSeadragon,
  descriptor: DeepZoomDescriptor,
): Promise<OpenSeadragon.TileSource> {
  const id = /\/slides\/([^/]+)\/tiles\/$/.exec(descriptor.Image.Url)?.[1];
  const levels = id === undefined ? [] : await levelsOf(id);
  const layouts = layTiles(descriptor, levels);
  // Its JSON form is taken as it is, which the library's types do not say.
  const deepZoom = descriptor as unknown as OpenSeadragon.TileSource;
  if (id === undefined || layouts.every(({ nativeLevel }) => nativeLevel === null)) return deepZoom;
  const source = new library.TileSource({
    width: descriptor.Image.Size.Width,
    height: descriptor.Image.Size.Height,
    tileSize: descriptor.Image.TileSize,
    maxLevel: layouts.length - 1,
  });
  return Object.assign(source, methodsOf(library, layouts, id, source.aspectRatio));
}

async function levelsOf(id: string): Promise<readonly NativeLevel[]> {
  const answer = asked(getNative({ path: { id }, throwOnError: true }));
  return await answer.then(
    ({ levels }) => levels,
    () => [],
  );
}

/** In OpenSeadragon's frame: the slide's width is 1. `aspect` is width over height. */
function methodsOf(library: typeof OpenSeadragon, layouts: readonly TileLayout[], id: string, aspect: number) {
  const of = (level: number): TileLayout => layouts[level] ?? (layouts[0] as TileLayout);
  return {
    getTileWidth: (level: number) => of(level).tileWidthPx,
    getTileHeight: (level: number) => of(level).tileHeightPx,
    getNumTiles: (level: number) => new library.Point(of(level).columns, of(level).rows),
    getTileAtPoint(level: number, { x, y }: OpenSeadragon.Point) {
      const { widthPx, heightPx, tileWidthPx, tileHeightPx, columns, rows } = of(level);
      const [col, row] = [Math.floor((x * widthPx) / tileWidthPx), Math.floor((y * aspect * heightPx) / tileHeightPx)];
      return new library.Point(clamp(col, columns), clamp(row, rows));
    },
    getTileBounds(level: number, col: number, row: number, isSource?: boolean) {
      const { widthPx, heightPx, tileWidthPx, tileHeightPx, overlapPx } = of(level);
      const x = spanOf(col, tileWidthPx, overlapPx, widthPx);
      const y = spanOf(row, tileHeightPx, overlapPx, heightPx);
      // What a tile at the border holds beyond it is cut off.
      if (isSource === true) return new library.Rect(0, 0, x.length, y.length);
      const down = 1 / (aspect * heightPx);
      return new library.Rect(x.start / widthPx, y.start * down, x.length / widthPx, y.length * down);
    },
    getTileUrl(level: number, col: number, row: number) {
      const { nativeLevel } = of(level);
      return nativeLevel === null ? paths.tile(id, level, col, row) : paths.nativeTile(id, nativeLevel, col, row);
    },
  };
}

function spanOf(index: number, tilePx: number, overlapPx: number, sidePx: number) {
  const start = index === 0 ? 0 : index * tilePx - overlapPx;
  const length = tilePx + (index === 0 ? 1 : 2) * overlapPx;
  return { start, length: Math.min(length, sidePx - start) };
}

function isNear(levelPx: number, wantedPx: number): boolean {
  return Math.abs(levelPx / wantedPx - 1) <= MOST_OFF;
}

function isHandy({ tileWidthPx, tileHeightPx }: NativeLevel): boolean {
  return Math.min(tileWidthPx, tileHeightPx) >= LEAST_TILE_PX && Math.max(tileWidthPx, tileHeightPx) <= MOST_TILE_PX;
}

function clamp(index: number, count: number): number {
  return Math.min(Math.max(index, 0), count - 1);
}
