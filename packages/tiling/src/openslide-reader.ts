import { GigascopeError, type Rect, type RgbImage, type SlideLevel, type SlideMetadata } from '@gigascope/contracts';
import { type OpenSlide, OpenSlideError, type Slide } from 'node-openslide';
import { isWhole, type Piece, piecesOf } from './level-pieces.ts';
import { PieceCache } from './piece-cache.ts';
import { flattenBgra } from './premultiplied-bgra.ts';
import { checkRegion, clipToLevel, MAX_REGION_PX } from './region-limits.ts';
import { copyRect, emptyImage, filledImage } from './rgb-raster.ts';
import { metadataOf } from './slide-metadata.ts';
import type { LevelRegion, SlideReader } from './slide-reader.ts';

/** Decoded pieces kept of levels with a fractional downsample: about 40 of them. */
const CACHE_BYTES = 2 ** 25;

/**
 * Reads a slide through libopenslide in this thread: a read blocks it, so callers run this in reader threads or processes.
 * After a damaged tile libopenslide refuses the whole handle; the slide is then opened anew for the next read.
 */
export class OpenSlideReader implements SlideReader {
  readonly metadata: SlideMetadata;
  readonly #library: OpenSlide;
  readonly #path: string;
  readonly #cache = new PieceCache(CACHE_BYTES);
  #slide: Slide | null;
  #disposed = false;

  /** Throws FORMAT_UNSUPPORTED when no vendor's format fits, SLIDE_UNREADABLE when one does and the file is damaged. */
  constructor(library: OpenSlide, path: string) {
    this.#library = library;
    this.#path = path;
    this.#slide = openNative(library, path);
    try {
      this.metadata = metadataOf(this.#slide);
    } catch (error) {
      this.#slide.close();
      throw error;
    }
  }

  async readRegion(region: LevelRegion, into?: Uint8Array<ArrayBuffer>): Promise<RgbImage> {
    const level = checkRegion(this.metadata, region);
    const inside = clipToLevel(region, level);
    const whole = inside !== null && inside.width === region.width && inside.height === region.height;
    const { width, height } = region;
    const image = whole
      ? emptyImage(width, height, into)
      : filledImage(width, height, this.metadata.backgroundRgb, into);
    if (inside === null) return image;
    for (const piece of piecesOf(inside, level)) {
      if (isWhole(level) && piece.width === width) {
        this.#decode(piece, level, image.data, (piece.y - region.y) * width * 3);
      } else {
        const part = intersect(piece, inside);
        const from = { ...part, x: part.x - piece.x, y: part.y - piece.y };
        copyRect(this.#piece(piece, level), from, image, { x: part.x - region.x, y: part.y - region.y });
      }
    }
    return image;
  }

  async readAssociated(name: string): Promise<RgbImage> {
    if (!this.metadata.associatedImages.includes(name)) {
      throw new GigascopeError('LEVEL_OUT_OF_RANGE', `no associated image "${name}"`);
    }
    const {
      widthPx: width,
      heightPx: height,
      pixels,
    } = this.#native((slide) => {
      const size = slide.associatedImages[name];
      if (size === undefined || size.widthPx * size.heightPx > MAX_REGION_PX) {
        throw new GigascopeError('LEVEL_OUT_OF_RANGE', `associated image "${name}" is too large`);
      }
      return slide.readAssociatedImageSync(name);
    });
    const image = { width, height, data: new Uint8Array(width * height * 3) };
    flattenBgra(pixels, this.metadata.backgroundRgb, image.data);
    return image;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#slide?.close();
    this.#slide = null;
  }

  #piece(piece: Piece, level: SlideLevel): RgbImage {
    const { width, height } = piece;
    const key = `${level.index} ${piece.x} ${piece.y}`;
    const cached = isWhole(level) ? undefined : this.#cache.get(key);
    if (cached !== undefined) return cached;
    const image = { width, height, data: new Uint8Array(width * height * 3) };
    this.#decode(piece, level, image.data, 0);
    if (!isWhole(level)) this.#cache.set(key, image);
    return image;
  }

  #decode(piece: Piece, level: SlideLevel, into: Uint8Array, offsetBytes: number): void {
    const bgra = this.#native((slide) =>
      slide.readRegionSync({
        xL0: Math.round(piece.x * level.downsample),
        yL0: Math.round(piece.y * level.downsample),
        level: level.index,
        widthPx: piece.width,
        heightPx: piece.height,
      }),
    );
    flattenBgra(bgra, this.metadata.backgroundRgb, into, offsetBytes);
  }

  #native<Result>(read: (slide: Slide) => Result): Result {
    if (this.#disposed) throw new GigascopeError('INTERNAL', 'the slide was closed');
    this.#slide ??= openNative(this.#library, this.#path);
    try {
      return read(this.#slide);
    } catch (error) {
      if (!(error instanceof OpenSlideError)) throw error;
      this.#slide.close();
      this.#slide = null;
      throw new GigascopeError('TILE_CORRUPT', error.message, { cause: error });
    }
  }
}

function openNative(library: OpenSlide, path: string): Slide {
  try {
    return library.open(path);
  } catch (error) {
    if (!(error instanceof OpenSlideError)) throw error;
    if (error.code === 'FILE_UNREADABLE') throw new GigascopeError('FILE_NOT_FOUND', undefined, { cause: error });
    if (error.code === 'FORMAT_UNSUPPORTED')
      throw new GigascopeError('FORMAT_UNSUPPORTED', undefined, { cause: error });
    throw new GigascopeError('SLIDE_UNREADABLE', error.message, { cause: error });
  }
}

function intersect(a: Rect<'level'>, b: Rect<'level'>): Rect<'level'> {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  return {
    x,
    y,
    width: Math.min(a.x + a.width, b.x + b.width) - x,
    height: Math.min(a.y + a.height, b.y + b.height) - y,
  };
}
