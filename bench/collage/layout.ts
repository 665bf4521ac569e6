import { fillRings } from '@gigascope/findings';
import type { RandomStream } from '@gigascope/phantom';
import type { Outline } from './outlines.ts';
import { GLASS, NORMAL, TILE_PX, TILE_START_PX, type TileGrid, TUMOUR } from './tile-grid.ts';

/** Where an outline was laid, level-0 pixels. */
export interface PlacedLesion {
  readonly outline: Outline;
  readonly xL0: number;
  readonly yL0: number;
}

export interface CollageLayout extends TileGrid {
  readonly lesions: readonly PlacedLesion[];
}

export interface LayoutSize {
  readonly columns: number;
  readonly rows: number;
}

/** Tiles of glass around the tissue, at least. */
const MARGIN_TILES = 2;
/** A lesion has at least so many tumour tiles, 93 µm each. */
const LEAST_TILES = 3;
/** Tiles between two lesions: 187 µm, and truth joins what is nearer than 75. */
const GAP_TILES = 2;
const TRIES = 3000;

/** Lays out a slide: tissue of a random shape, then for each range of diameters (µm) a random outline of it at a random place that is tissue. */
export function layCollage(
  random: RandomStream,
  size: LayoutSize,
  outlines: readonly Outline[],
  diametersUm: readonly (readonly [number, number])[],
): CollageLayout {
  const grid = { ...size, kinds: layTissue(random, size) };
  const lesions: PlacedLesion[] = [];
  for (const [low, high] of diametersUm) {
    const fitting = outlines.filter(({ diameterUm }) => diameterUm >= low && diameterUm < high);
    const placed = placeOne(random, grid, fitting);
    if (placed === null) throw new Error(`no outline of ${low} to ${high} µm fits the tissue`);
    lesions.push(placed);
  }
  return { ...grid, lesions };
}

/** A rounded patch of tissue: an ellipse whose radius goes in and out with three waves. */
function layTissue(random: RandomStream, { columns, rows }: LayoutSize): Uint8Array {
  const waves = [2, 3, 5].map((lobes) => ({ lobes, height: random.between(0, 0.08), phase: random.between(0, 7) }));
  return Uint8Array.from({ length: columns * rows }, (_, tile) => {
    const x = ((tile % columns) + 0.5 - columns / 2) / (columns / 2 - MARGIN_TILES);
    const y = (Math.floor(tile / columns) + 0.5 - rows / 2) / (rows / 2 - MARGIN_TILES);
    const angle = Math.atan2(y, x);
    const radius = waves.reduce((sum, wave) => sum + wave.height * (Math.cos(wave.lobes * angle + wave.phase) - 1), 1);
    return Math.hypot(x, y) <= radius ? NORMAL : GLASS;
  });
}

/** Turns the tiles whose centres lie in the outline into tumour. */
function placeOne(random: RandomStream, grid: TileGrid, outlines: readonly Outline[]): PlacedLesion | null {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const outline = outlines[Math.floor(random.next() * outlines.length)];
    if (outline === undefined) return null;
    const xL0 = Math.round(random.between(0, Math.max(0, grid.columns * TILE_PX - outline.widthPx)));
    const yL0 = Math.round(random.between(0, Math.max(0, grid.rows * TILE_PX - outline.heightPx)));
    const tiles = tilesInside(grid, { outline, xL0, yL0 });
    if (tiles.length < LEAST_TILES || !tiles.every((tile) => isFree(grid, tile))) continue;
    for (const tile of tiles) grid.kinds[tile] = TUMOUR;
    return { outline, xL0, yL0 };
  }
  return null;
}

function tilesInside({ columns, rows }: TileGrid, { outline, xL0, yL0 }: PlacedLesion): number[] {
  const toTiles = (value: number): number => (value - TILE_START_PX) / TILE_PX;
  const ring = outline.points.map(([x, y]) => [toTiles(x + xL0), toTiles(y + yL0)] as const);
  const { labels } = fillRings([[ring]], { width: columns, height: rows });
  return Array.from(labels.keys()).filter((tile) => labels[tile] !== 0);
}

/** Tissue, and no other lesion near. */
function isFree({ columns, rows, kinds }: TileGrid, tile: number): boolean {
  if (kinds[tile] !== NORMAL) return false;
  const [column, row] = [tile % columns, Math.floor(tile / columns)];
  for (let y = Math.max(0, row - GAP_TILES); y <= Math.min(rows - 1, row + GAP_TILES); y += 1)
    for (let x = Math.max(0, column - GAP_TILES); x <= Math.min(columns - 1, column + GAP_TILES); x += 1)
      if (kinds[y * columns + x] === TUMOUR) return false;
  return true;
}
