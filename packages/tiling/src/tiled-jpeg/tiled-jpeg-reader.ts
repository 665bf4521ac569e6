import type { FileHandle } from 'node:fs/promises';
import { GigascopeError, type Rect, type RgbImage, type SlideMetadata } from '@gigascope/contracts';
import type { Decompressor } from '@gigascope/turbojpeg';
import { checkRegion, clipToLevel } from '../region-limits.ts';
import { blacken, copyRect, emptyImage, filledImage } from '../rgb-raster.ts';
import type { LevelRegion, ShownParts, SlideReader } from '../slide-reader.ts';
import type { JpegLevel } from './jpeg-level.ts';
import { SpareArrays } from './spare-arrays.ts';
import { TileCache } from './tile-cache.ts';
import type { TileSource } from './tile-source.ts';

/** Decoded tiles kept: 256 of 256 px a side. */
const CACHE_BYTES = 48 * 2 ** 20;

/** Of this thread: one that reads slides stays for the next, which then needs no fresh memory. */
const spare = new SpareArrays(CACHE_BYTES);

/** Gives the memory up that this thread keeps for the next slide. */
export function forgetSpareTiles(): void {
  spare.clear();
}

/** Tiles this near to a region's right or bottom end are likely to show in the next regions as well: a halo's width. */
const KEPT_PX = 256;

export interface TiledJpegParts {
  /** Of the file, by level. */
  readonly levels: readonly JpegLevel[];
  /** Answers for everything but the pixels of `sources`. */
  readonly openslide: SlideReader;
  /** By level; null where OpenSlide reads it. */
  readonly sources: readonly (TileSource | null)[];
  readonly file: FileHandle;
  readonly decompressor: Decompressor;
}

/**
 * Reads the tiles of a JPEG TIFF itself, each decoded once by libjpeg-turbo, most of them straight into the region.
 * OpenSlide gives metadata, associated images and every tile that is not entirely plain. A read blocks its thread.
 */
export class TiledJpegReader implements SlideReader {
  readonly metadata: SlideMetadata;
  readonly levels: readonly JpegLevel[];
  readonly #parts: TiledJpegParts;
  readonly #cache = new TileCache(CACHE_BYTES, spare);
  #disposed = false;

  /** Takes all parts over. */
  constructor(parts: TiledJpegParts) {
    this.metadata = parts.openslide.metadata;
    this.levels = parts.levels;
    this.#parts = parts;
  }

  async readRegion(region: LevelRegion, into?: Uint8Array<ArrayBuffer>, shown?: ShownParts): Promise<RgbImage> {
    const level = checkRegion(this.metadata, region);
    const source = this.#parts.sources[region.level] ?? null;
    if (source === null) return await this.#parts.openslide.readRegion(region, into, shown);
    if (this.#disposed) throw new GigascopeError('INTERNAL', 'the slide was closed');
    const inside = clipToLevel(region, level);
    const { width, height } = region;
    const image =
      inside !== null && inside.width === width && inside.height === height
        ? emptyImage(width, height, into)
        : filledImage(width, height, this.metadata.backgroundRgb, into);
    if (inside !== null) await this.#fill(image, region, inside, source, shown);
    return image;
  }

  async readAssociated(name: string): Promise<RgbImage> {
    return await this.#parts.openslide.readAssociated(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#cache.clear();
    const { decompressor, file, openslide } = this.#parts;
    decompressor.close();
    await file.close();
    await openslide[Symbol.asyncDispose]();
  }

  /** Lays the tiles of `inside`, row by row, into the image of `region`. */
  async #fill(
    image: RgbImage,
    region: LevelRegion,
    inside: Rect<'level'>,
    source: TileSource,
    shown: ShownParts = () => true,
  ): Promise<void> {
    const { tileWidthPx, tileHeightPx } = source.level;
    const [right, bottom] = [inside.x + inside.width, inside.y + inside.height];
    const lastColumn = Math.floor((right - 1) / tileWidthPx);
    const lastRow = Math.floor((bottom - 1) / tileHeightPx);
    for (let row = Math.floor(inside.y / tileHeightPx); row <= lastRow; row++) {
      for (let column = Math.floor(inside.x / tileWidthPx); column <= lastColumn; column++) {
        const tile = { x: column * tileWidthPx, y: row * tileHeightPx };
        const x = Math.max(inside.x, tile.x);
        const y = Math.max(inside.y, tile.y);
        const width = Math.min(right, tile.x + tileWidthPx) - x;
        const height = Math.min(bottom, tile.y + tileHeightPx) - y;
        const at = { x: x - region.x, y: y - region.y };
        if (!shown({ x, y, width, height })) {
          blacken(image, { ...at, width, height });
          continue;
        }
        const kept = tile.x + tileWidthPx > right - KEPT_PX || tile.y + tileHeightPx > bottom - KEPT_PX;
        const key = `${region.level} ${column} ${row}`;
        const cached = this.#cache.get(key);
        const whole = width === tileWidthPx && height === tileHeightPx;
        if (whole && !kept && cached === undefined && decodeAt(source, column, row, image, at)) continue;
        const pixels =
          cached ?? this.#decoded(source, column, row) ?? (await this.#openSlideTile(region.level, tile, source));
        copyRect(pixels, { x: x - tile.x, y: y - tile.y, width, height }, image, at);
        // Regions come in reading order: what lies before the last tiles was needed for the last time.
        if (!kept) this.#forget(key, cached, pixels);
        else if (cached === undefined) this.#cache.put(key, pixels);
      }
    }
  }

  #decoded(source: TileSource, column: number, row: number): RgbImage | null {
    const { tileWidthPx: width, tileHeightPx: height } = source.level;
    const image = { width, height, data: spare.take(width * height * 3) };
    if (decodeAt(source, column, row, image, { x: 0, y: 0 })) return image;
    spare.giveBack(image.data);
    return null;
  }

  #forget(key: string, cached: RgbImage | undefined, pixels: RgbImage): void {
    if (cached === undefined) spare.giveBack(pixels.data);
    else this.#cache.delete(key);
  }

  /** The tile as OpenSlide shows it, cut off at the level's border. */
  async #openSlideTile(level: number, tile: { x: number; y: number }, { level: jpeg }: TileSource): Promise<RgbImage> {
    const width = Math.min(jpeg.tileWidthPx, jpeg.widthPx - tile.x);
    const height = Math.min(jpeg.tileHeightPx, jpeg.heightPx - tile.y);
    return await this.#parts.openslide.readRegion({ level, ...tile, width, height });
  }
}

function decodeAt(
  source: TileSource,
  column: number,
  row: number,
  image: RgbImage,
  at: { readonly x: number; readonly y: number },
): boolean {
  const { columns, tileWidthPx, tileHeightPx } = source.level;
  return source.decode(row * columns + column, {
    data: image.data,
    offsetBytes: (at.y * image.width + at.x) * 3,
    pitchBytes: image.width * 3,
    widthPx: tileWidthPx,
    heightPx: tileHeightPx,
  });
}
