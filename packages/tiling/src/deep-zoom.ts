import { GigascopeError, type Rect, type SlideLevel, type SlideMetadata } from '@gigascope/contracts';
import type { LevelRegion } from './slide-reader.ts';
import { createLattice, type TargetLattice } from './target-lattice.ts';

/** One Deep Zoom level: the slide halved as often as it takes. */
export interface DeepZoomLevel {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly columns: number;
  readonly rows: number;
  /** How the level's pixels lie on the slide; `readTargetRegion` renders a tile's `rect` on it without seams. */
  readonly lattice: TargetLattice;
}

/** A slide as a Deep Zoom image. `levels` is indexed by dzLevel: 0 is 1 × 1, the last is level 0 of the slide. */
export interface DeepZoom {
  readonly tileSizePx: number;
  readonly overlapPx: number;
  readonly levels: readonly DeepZoomLevel[];
}

export interface DeepZoomTile {
  /** The tile with its overlap, in pixels of its dzLevel. */
  readonly rect: Rect<'target'>;
  readonly level: SlideLevel;
  /** The part of the slide's level that the tile shows. */
  readonly region: LevelRegion;
}

/** Lays Deep Zoom tiles over a slide. The defaults are OpenSlide-python's; a tile and its overlaps are then 256 px. */
export function createDeepZoom(
  metadata: Pick<SlideMetadata, 'levels' | 'widthL0' | 'heightL0'>,
  { tileSizePx = 254, overlapPx = 1 }: { readonly tileSizePx?: number; readonly overlapPx?: number } = {},
): DeepZoom {
  if (!Number.isSafeInteger(tileSizePx) || tileSizePx < 1 || !Number.isSafeInteger(overlapPx) || overlapPx < 0) {
    throw new GigascopeError('ARGUMENT_INVALID', `tiles of ${tileSizePx} px with ${overlapPx} px overlap`);
  }
  const halvings = Math.ceil(Math.log2(Math.max(metadata.widthL0, metadata.heightL0)));
  const levels = Array.from({ length: halvings + 1 }, (_, dzLevel) => {
    const perL0 = 2 ** (dzLevel - halvings);
    const [widthPx, heightPx] = [Math.ceil(metadata.widthL0 * perL0), Math.ceil(metadata.heightL0 * perL0)];
    return {
      widthPx,
      heightPx,
      columns: Math.ceil(widthPx / tileSizePx),
      rows: Math.ceil(heightPx / tileSizePx),
      lattice: createLattice(metadata, { x: perL0, y: perL0 }),
    };
  });
  return { tileSizePx, overlapPx, levels };
}

/** Finds what a tile shows; LEVEL_OUT_OF_RANGE when there is no such tile. */
export function deepZoomTile(image: DeepZoom, dzLevel: number, col: number, row: number): DeepZoomTile {
  const dz = image.levels[dzLevel];
  if (dz === undefined || !isIndex(col, dz.columns) || !isIndex(row, dz.rows)) {
    throw new GigascopeError('LEVEL_OUT_OF_RANGE', `no Deep Zoom tile ${dzLevel}/${col}_${row}`);
  }
  const { level, readScale } = dz.lattice;
  const x = span(image, col, dz.columns, dz.widthPx);
  const y = span(image, row, dz.rows, dz.heightPx);
  const levelX = onLevel(x, readScale.x, level.widthPx);
  const levelY = onLevel(y, readScale.y, level.heightPx);
  return {
    rect: { x: x.start, y: y.start, width: x.length, height: y.length },
    level,
    region: { level: level.index, x: levelX.start, y: levelY.start, width: levelX.length, height: levelY.length },
  };
}

interface Span {
  readonly start: number;
  readonly length: number;
}

function span(image: DeepZoom, index: number, count: number, sidePx: number): Span {
  const before = index > 0 ? image.overlapPx : 0;
  const after = index < count - 1 ? image.overlapPx : 0;
  const origin = index * image.tileSizePx;
  const start = Math.max(0, origin - before);
  const end = Math.min(sidePx, origin + image.tileSizePx + after);
  return { start, length: end - start };
}

function onLevel(target: Span, scale: number, levelPx: number): Span {
  const start = Math.min(levelPx - 1, Math.floor(target.start * scale));
  const length = Math.min(Math.ceil(target.length * scale), levelPx - Math.ceil(target.start * scale));
  return { start, length: Math.max(1, length) };
}

function isIndex(value: number, count: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value < count;
}
