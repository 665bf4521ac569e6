import type { HeatmapDescriptor } from '@gigascope/client';
import type { SlideSize } from './geometry.ts';
import { colourTable, type HeatLook, paintValues } from './heat-colours.ts';
import { type HeatTile, heatLevel, heatTileArea, heatTilesIn } from './heat-tiles.ts';
import { addressOf, type TileCache, type TileKey } from './tile-cache.ts';
import { type ViewFrame, visibleArea } from './view-frame.ts';
import { turned } from './viewer-canvas.ts';

/** A tile painted with the colours at hand. */
interface Painted {
  readonly canvas: OffscreenCanvas;
  readonly tile: HeatTile;
}

/**
 * Draws a map from tiles of numbers: nearest neighbour, since a cell is a square of tissue with one prediction, and
 * blurring would show values that nobody computed. Other colours repaint what is there; nothing is fetched for them.
 */
export class HeatmapPainter {
  readonly #map: HeatmapDescriptor;
  readonly #tiles: TileCache<HeatTile>;
  readonly #size: SlideSize;
  #look: HeatLook | null = null;
  #table: Uint32Array = new Uint32Array();
  #painted = new Map<TileKey, Painted>();

  constructor(map: HeatmapDescriptor, tiles: TileCache<HeatTile>, size: SlideSize) {
    [this.#map, this.#tiles, this.#size] = [map, tiles, size];
  }

  setLook(look: HeatLook): void {
    if (this.#look?.map === look.map && this.#look.from === look.from) return;
    this.#look = look;
    this.#table = colourTable(look);
    this.#painted.clear();
  }

  draw(context: CanvasRenderingContext2D, frame: ViewFrame): void {
    const { scale, left, top } = frame;
    const { widthL0, heightL0 } = this.#size;
    const level = heatLevel(this.#map, scale * devicePixelRatio);
    const area = visibleArea(frame, this.#size);
    const wanted = heatTilesIn(this.#map, level, area);
    const coarse = this.#map.levels - 1;
    this.#tiles.want([...wanted, ...(level === coarse ? [] : heatTilesIn(this.#map, coarse, area))]);
    const ready = wanted.every((key) => this.#tiles.get(key) !== undefined);
    const keys = ready || level === coarse ? wanted : [...heatTilesIn(this.#map, coarse, area)];
    turned(context, frame, () => {
      context.beginPath();
      context.rect(left, top, widthL0 * scale, heightL0 * scale);
      context.clip();
      context.imageSmoothingEnabled = false;
      for (const key of keys) this.#drawTile(context, frame, key);
    });
    for (const key of this.#painted.keys()) if (this.#painted.size > 64) this.#painted.delete(key);
  }

  #drawTile(context: CanvasRenderingContext2D, { scale, left, top }: ViewFrame, key: TileKey): void {
    const tile = this.#tiles.get(key);
    if (tile === undefined) return;
    let painted = this.#painted.get(key);
    if (painted?.tile !== tile) {
      const canvas = new OffscreenCanvas(tile.columns, tile.rows);
      const rgba = paintValues(tile.values, this.#table, this.#look?.from ?? 0);
      canvas.getContext('2d')?.putImageData(new ImageData(rgba, tile.columns, tile.rows), 0, 0);
      painted = { canvas, tile };
      this.#painted.set(key, painted);
    }
    const { x0, y0, x1, y1 } = heatTileArea(this.#map, addressOf(key), tile);
    context.drawImage(painted.canvas, x0 * scale + left, y0 * scale + top, (x1 - x0) * scale, (y1 - y0) * scale);
  }
}
