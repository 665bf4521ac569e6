import { type Decided, DecidedFindings } from './decided.ts';
import { drawCounts } from './draw-counts.ts';
import { drawDecided } from './draw-decided.ts';
import { drawFindings, type FindingStyle } from './draw-findings.ts';
import type { Finding } from './finding.ts';
import { findingLevel, findingTileArea, findingTilesIn, joinCounts, type LoadedTile } from './finding-tiles.ts';
import type { SlideSize } from './geometry.ts';
import type { TileCache, TileKey } from './tile-cache.ts';
import { type AreaL0, type PlaceL0, type ViewFrame, visibleArea } from './view-frame.ts';
import { turned } from './viewer-canvas.ts';

/** So many are drawn anew in every frame; of more each tile is drawn once and its picture moved. */
const DRAWN_EACH_FRAME = 1200;
/** What drawing tiles may take of a frame; the rest follows in the next. */
const BUDGET_MS = 6;
/** Around a tile's picture, so that lines on its border are whole. */
const BLEED_PX = 3;

type EachTile = Extract<LoadedTile, { readonly show: 'each' }>;
interface Picture {
  readonly canvas: OffscreenCanvas;
  readonly tile: LoadedTile;
  readonly scale: number;
  readonly lineOfL0: number;
}

export interface Shown {
  /** Whether a square somewhere in view is counted instead of drawn. */
  readonly counted: boolean;
}

/** Draws findings from vector tiles: a frame's work is bounded by what is in view, however many the slide has. */
export class FindingPainter {
  readonly #tiles: TileCache<LoadedTile>;
  readonly #size: SlideSize;
  readonly #refresh: () => void;
  readonly #pictures = new Map<TileKey, Picture>();
  readonly #decided = new DecidedFindings();
  #style: FindingStyle | null = null;
  #keys: readonly TileKey[] = [];
  #level = -1;

  constructor(tiles: TileCache<LoadedTile>, size: SlideSize, refresh: () => void) {
    [this.#tiles, this.#size, this.#refresh] = [tiles, size, refresh];
  }

  setStyle(style: FindingStyle): void {
    if (this.#style === style) return;
    this.#style = style;
    this.#pictures.clear();
  }

  /** What was said, and findings that are known without their tiles. */
  setDecided(decided: Decided, known: readonly Finding[]): void {
    this.#decided.set(decided);
    this.#decided.learn(known);
  }

  /** The findings in view that lie about a place, each maybe more than once. */
  near({ xL0, yL0 }: PlaceL0, slackL0: number): readonly Finding[] {
    const around = { x0: xL0 - slackL0, y0: yL0 - slackL0, x1: xL0 + slackL0, y1: yL0 + slackL0 };
    return this.#keys.flatMap((key) => {
      const tile = this.#tiles.get(key);
      const { x0, y0, x1, y1 } = findingTileArea(key, this.#size);
      const apart = x0 > around.x1 || x1 < around.x0 || y0 > around.y1 || y1 < around.y0;
      return apart || tile?.show !== 'each' ? [] : tile.findings;
    });
  }

  draw(context: CanvasRenderingContext2D, frame: ViewFrame): Shown {
    const style = this.#style;
    if (style === null) return { counted: false };
    const area = visibleArea(frame, this.#size);
    const level = findingLevel(frame.scale, this.#size);
    const keys = findingTilesIn(level, area, this.#size);
    this.#tiles.want(keys);
    // What was there before stays until the new level is there.
    if (level !== this.#level && !keys.some((key) => this.#tiles.get(key) !== undefined))
      this.#keys = this.#keys.filter((key) => this.#tiles.get(key) !== undefined);
    else [this.#keys, this.#level] = [keys, level];
    const loaded = this.#keys.flatMap((key) => {
      const tile = this.#tiles.get(key);
      return tile === undefined ? [] : [{ key, tile }];
    });
    const each = loaded.filter((one): one is { key: TileKey; tile: EachTile } => one.tile.show === 'each');
    const medians = each.filter(({ tile }) => tile.findings.length > 0).map(({ tile }) => tile.medianSideL0);
    const medianL0 = medians.toSorted((a, b) => a - b)[medians.length >> 1] ?? 0;
    this.#drawEach(context, frame, each, area, medianL0, style);
    const counted = loaded.flatMap(({ tile }) => (tile.show === 'counts' ? [tile.density] : []));
    const density = joinCounts(counted, frame.scale);
    if (density) drawCounts(context, frame, density, style, this.#size);
    this.#decided.learnFrom(each.map(({ tile }) => tile));
    drawDecided(context, frame, this.#decided.list(), style);
    return { counted: density !== null };
  }

  #drawEach(
    context: CanvasRenderingContext2D,
    frame: ViewFrame,
    tiles: readonly { readonly key: TileKey; readonly tile: EachTile }[],
    area: AreaL0,
    medianL0: number,
    style: FindingStyle,
  ): void {
    const inView = tiles.reduce((sum, { key, tile }) => sum + tile.findings.length * this.#share(key, area), 0);
    const until = performance.now() + BUDGET_MS;
    let late = false;
    turned(context, frame, () => {
      for (const { key, tile } of tiles) {
        if (inView <= DRAWN_EACH_FRAME || frame.scale > 1) {
          clipTo(context, frame, findingTileArea(key, this.#size), () =>
            drawFindings(context, frame, tile.findings, style, medianL0 * frame.scale),
          );
          continue;
        }
        let picture = this.#pictures.get(key);
        const isStale = picture?.tile !== tile || picture.scale !== frame.scale || picture.lineOfL0 !== medianL0;
        if (isStale && performance.now() < until) {
          picture = this.#picture(key, tile, frame.scale, medianL0, style);
          this.#pictures.set(key, picture);
        } else if (isStale) late = true;
        if (picture) drawPicture(context, frame, findingTileArea(key, this.#size), picture);
      }
    });
    for (const key of this.#pictures.keys())
      if (this.#pictures.size > 2 * tiles.length + 16) this.#pictures.delete(key);
    if (late) this.#refresh();
  }

  #share(key: TileKey, area: AreaL0): number {
    const { x0, y0, x1, y1 } = findingTileArea(key, this.#size);
    const side = x1 - x0;
    const across = Math.max(0, Math.min(x1, area.x1) - Math.max(x0, area.x0));
    return (across * Math.max(0, Math.min(y1, area.y1) - Math.max(y0, area.y0))) / (side * side);
  }

  #picture(key: TileKey, tile: EachTile, scale: number, medianL0: number, style: FindingStyle): Picture {
    const { x0, y0, x1 } = findingTileArea(key, this.#size);
    const side = Math.ceil((x1 - x0) * scale) + 2 * BLEED_PX;
    const canvas = new OffscreenCanvas(Math.ceil(side * devicePixelRatio), Math.ceil(side * devicePixelRatio));
    const context = canvas.getContext('2d') as unknown as CanvasRenderingContext2D;
    context.scale(devicePixelRatio, devicePixelRatio);
    const place = { left: BLEED_PX - x0 * scale, top: BLEED_PX - y0 * scale, widthPx: side, heightPx: side };
    drawFindings(context, { ...place, scale, degrees: 0 }, tile.findings, style, medianL0 * scale);
    return { canvas, tile, scale, lineOfL0: medianL0 };
  }
}

function clipTo(
  context: CanvasRenderingContext2D,
  { scale, left, top }: ViewFrame,
  { x0, y0, x1, y1 }: AreaL0,
  draw: () => void,
): void {
  context.save();
  context.beginPath();
  context.rect(x0 * scale + left, y0 * scale + top, (x1 - x0) * scale, (y1 - y0) * scale);
  context.clip();
  draw();
  context.restore();
}

/** On whole pixels while the slide stands upright, so that lines stay sharp. */
function drawPicture(
  context: CanvasRenderingContext2D,
  { scale, left, top, degrees }: ViewFrame,
  { x0, y0 }: AreaL0,
  picture: Picture,
): void {
  const sharp = degrees % 360 === 0 && picture.scale === scale;
  const ratio = scale / picture.scale;
  const [x, y] = [x0 * scale + left - BLEED_PX * ratio, y0 * scale + top - BLEED_PX * ratio];
  const side = (picture.canvas.width / devicePixelRatio) * ratio;
  const snap = (value: number): number => (sharp ? Math.round(value * devicePixelRatio) / devicePixelRatio : value);
  context.drawImage(picture.canvas, snap(x), snap(y), side, side);
}
