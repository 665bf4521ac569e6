import type { FindingDensity, FindingTile } from '@gigascope/client';
import { type Finding, ofDetection, ofSegment } from './finding.ts';
import type { SlideSize } from './geometry.ts';
import { addressOf, type TileKey } from './tile-cache.ts';
import type { AreaL0 } from './view-frame.ts';

/** Of the API's vector tiles. */
export const TILE_PX = 512;
/** A counting square on screen has at least this side, so that a number fits into it. */
const MIN_SQUARE_PX = 72;

/** All findings of one tile, or how many there are where they are too many to be told apart. */
export type LoadedTile = { readonly area: AreaL0 } & (
  | { readonly show: 'each'; readonly findings: readonly Finding[]; readonly medianSideL0: number }
  | { readonly show: 'counts'; readonly density: FindingDensity }
);

/** The Deep Zoom level whose tiles are on screen at most as large as they are. `scale`: screen pixels to a level-0 pixel. */
export function findingLevel(scale: number, size: SlideSize): number {
  const deepest = deepestLevel(size);
  const halvings = Math.max(0, Math.floor(-Math.log2(scale) + 1e-9));
  return Math.max(0, deepest - halvings);
}

export function deepestLevel({ widthL0, heightL0 }: SlideSize): number {
  return Math.ceil(Math.log2(Math.max(widthL0, heightL0)));
}

export function findingTileArea(key: TileKey, size: SlideSize): AreaL0 {
  const { level, col, row } = addressOf(key);
  const side = TILE_PX * 2 ** (deepestLevel(size) - level);
  return { x0: col * side, y0: row * side, x1: (col + 1) * side, y1: (row + 1) * side };
}

/** Tiles of a level that an area of the slide touches, those in its middle first. */
export function findingTilesIn(level: number, { x0, y0, x1, y1 }: AreaL0, size: SlideSize): readonly TileKey[] {
  if (x1 <= x0 || y1 <= y0) return [];
  const side = TILE_PX * 2 ** (deepestLevel(size) - level);
  const end = (limit: number, to: number): number => Math.min(Math.ceil(limit / side) - 1, Math.floor(to / side));
  const keys: { readonly key: TileKey; readonly off: number }[] = [];
  for (let row = Math.floor(y0 / side); row <= end(size.heightL0, y1); row++)
    for (let col = Math.floor(x0 / side); col <= end(size.widthL0, x1); col++) {
      const off = Math.hypot((col + 0.5) * side - (x0 + x1) / 2, (row + 0.5) * side - (y0 + y1) / 2);
      keys.push({ key: `${level}/${col}_${row}`, off });
    }
  return keys.toSorted((a, b) => a.off - b.off).map(({ key }) => key);
}

export function ofTile({ x0, y0, x1, y1, detections, segments, counts }: FindingTile): LoadedTile {
  const area = { x0, y0, x1, y1 };
  if (counts) return { area, show: 'counts', density: counts };
  return eachIn(area, [...(detections ?? []).map(ofDetection), ...(segments ?? []).map(ofSegment)]);
}

export function eachIn(area: AreaL0, findings: readonly Finding[]): LoadedTile {
  const sides = findings.map(({ box }) => Math.max(box.x1 - box.x0, box.y1 - box.y0)).toSorted((a, b) => a - b);
  return { area, show: 'each', findings, medianSideL0: sides[sides.length >> 1] ?? 0 };
}

/** Counts of several tiles of one level in squares that are large enough for numbers at that scale. */
export function joinCounts(densities: readonly FindingDensity[], scale: number): FindingDensity | null {
  const [first] = densities;
  if (first === undefined) return null;
  const factor = 2 ** Math.max(0, Math.ceil(Math.log2(MIN_SQUARE_PX / (first.cellL0 * scale))));
  const sums = new Map<string, Map<string, number>>();
  for (const { classes } of densities)
    for (const { class: name, cells } of classes) {
      const own = sums.get(name) ?? new Map<string, number>();
      sums.set(name, own);
      for (const [col, row, count] of cells) {
        const key = `${Math.floor(col / factor)} ${Math.floor(row / factor)}`;
        own.set(key, (own.get(key) ?? 0) + count);
      }
    }
  const classes = [...sums].map(([name, own]) => ({
    class: name,
    cells: [...own].map(([key, count]): [number, number, number] => {
      const [col = 0, row = 0] = key.split(' ').map(Number);
      return [col, row, count];
    }),
  }));
  return { cellL0: first.cellL0 * factor, classes };
}
