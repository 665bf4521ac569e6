import type { SlideDescription } from './describe-slide.ts';
import { describeSlide } from './describe-slide.ts';
import { OpenSlideError } from './error.ts';
import type { Level, PixelImage, RegionRequest, SizePx } from './geometry.ts';
import { validateRegion } from './geometry.ts';
import type { SlideHandle } from './handle.ts';
import type { OpenSlideLimits } from './limits.ts';
import { allocate, allocatePixels } from './limits.ts';
import type { NativeFunction, NativeIcc, Pointer } from './native.ts';
import { TileCache } from './tile-cache.ts';

/** A backstop only: which slide is collected, and when, is up to the engine. */
const forgotten = new FinalizationRegistry<SlideHandle>((handle) => {
  if (handle.isClosed) return;
  process.emitWarning(`a slide was never closed: ${handle.path}`, { code: 'OPENSLIDE_LEAK' });
  handle.close();
});

/**
 * An open whole-slide image.
 *
 * Any number of reads may run at once. After the first NATIVE_ERROR every call fails with that error, save `close`.
 */
export class Slide {
  readonly path: string;
  readonly levelCount: number;
  /** The size of level 0. */
  readonly dimensions: SizePx;
  readonly levels: readonly Level[];
  /** Every property of the slide, the vendor's and `openslide.*`, as the strings that libopenslide gives. */
  readonly properties: Readonly<Record<string, string>>;
  /** The size of each associated image (`label`, `macro`, `thumbnail`, ...) by its name. */
  readonly associatedImages: Readonly<Record<string, SizePx>>;
  readonly #handle: SlideHandle;
  readonly #limits: OpenSlideLimits;

  /** Use `OpenSlide.open`. Takes the handle over and closes it when the slide cannot be described. */
  constructor(handle: SlideHandle, limits: OpenSlideLimits) {
    const description = describeOrClose(handle);
    this.path = handle.path;
    this.levelCount = description.levels.length;
    this.dimensions = description.dimensions;
    this.levels = description.levels;
    this.properties = description.properties;
    this.associatedImages = description.associatedImages;
    this.#handle = handle;
    this.#limits = limits;
    forgotten.register(this, handle, this);
  }

  get isClosed(): boolean {
    return this.#handle.isClosed;
  }

  /** Returns the level with the largest downsample not above `downsample`, or 0 when there is none. */
  bestLevelForDownsample(downsample: number): number {
    const functionName = 'openslide_get_best_level_for_downsample';
    if (!Number.isFinite(downsample) || downsample <= 0) {
      const message = `downsample must be a finite number above 0, not ${String(downsample)}`;
      throw new OpenSlideError('ARGUMENT_INVALID', functionName, message);
    }
    return this.#handle.call(functionName, this.#handle.native.core.getBestLevelForDownsample, downsample);
  }

  /**
   * Reads a region on this thread.
   *
   * Returns premultiplied BGRA, `heightPx` rows of `widthPx * 4` bytes. Pixels outside the slide are 0, 0, 0, 0.
   * Throws ARGUMENT_INVALID, TOO_LARGE, CLOSED or NATIVE_ERROR.
   */
  readRegionSync(region: RegionRequest): Uint8Array<ArrayBuffer> {
    const pixels = this.#prepareRegion(region);
    const { xL0, yL0, level, widthPx, heightPx } = region;
    if (pixels.length === 0) return pixels;
    const { readRegion } = this.#handle.native.core;
    this.#handle.call(READ_REGION, readRegion, pixels, xL0, yL0, level, widthPx, heightPx);
    return pixels;
  }

  /** Reads a region on another thread; else as `readRegionSync`. */
  async readRegion(region: RegionRequest): Promise<Uint8Array<ArrayBuffer>> {
    const pixels = this.#prepareRegion(region);
    const { xL0, yL0, level, widthPx, heightPx } = region;
    if (pixels.length === 0) return pixels;
    const { readRegion } = this.#handle.native.core;
    await this.#handle.callAsync(READ_REGION, readRegion, pixels, xL0, yL0, level, widthPx, heightPx);
    return pixels;
  }

  /** Reads an associated image on this thread; throws NAME_UNKNOWN for a name not in `associatedImages`. */
  readAssociatedImageSync(name: string): PixelImage {
    const image = this.#prepareAssociatedImage(name);
    this.#handle.call(READ_ASSOCIATED, this.#handle.native.core.readAssociatedImage, name, image.pixels);
    return image;
  }

  /** Reads an associated image on another thread; else as `readAssociatedImageSync`. */
  async readAssociatedImage(name: string): Promise<PixelImage> {
    const image = this.#prepareAssociatedImage(name);
    await this.#handle.callAsync(READ_ASSOCIATED, this.#handle.native.core.readAssociatedImage, name, image.pixels);
    return image;
  }

  /** Reads the slide's ICC profile on this thread, null when it has none; FEATURE_UNAVAILABLE before libopenslide 4.0. */
  iccProfileSync(): Uint8Array<ArrayBuffer> | null {
    const icc = this.#icc(READ_ICC);
    const profile = this.#prepareProfile(READ_ICC, icc.getIccProfileSize);
    if (profile !== null) this.#handle.call(READ_ICC, icc.readIccProfile, profile);
    return profile;
  }

  /** Reads the slide's ICC profile on another thread; else as `iccProfileSync`. */
  async iccProfile(): Promise<Uint8Array<ArrayBuffer> | null> {
    const icc = this.#icc(READ_ICC);
    const profile = this.#prepareProfile(READ_ICC, icc.getIccProfileSize);
    if (profile !== null) await this.#handle.callAsync(READ_ICC, icc.readIccProfile, profile);
    return profile;
  }

  /** Reads an associated image's ICC profile on this thread, null when it has none. */
  associatedIccProfileSync(name: string): Uint8Array<ArrayBuffer> | null {
    const icc = this.#icc(READ_ASSOCIATED_ICC);
    this.#assertAssociated(name, READ_ASSOCIATED_ICC);
    const profile = this.#prepareProfile(READ_ASSOCIATED_ICC, icc.getAssociatedImageIccProfileSize, name);
    const read = icc.readAssociatedImageIccProfile;
    if (profile !== null) this.#handle.call(READ_ASSOCIATED_ICC, read, name, profile);
    return profile;
  }

  /** Reads an associated image's ICC profile on another thread; else as `associatedIccProfileSync`. */
  async associatedIccProfile(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const icc = this.#icc(READ_ASSOCIATED_ICC);
    this.#assertAssociated(name, READ_ASSOCIATED_ICC);
    const profile = this.#prepareProfile(READ_ASSOCIATED_ICC, icc.getAssociatedImageIccProfileSize, name);
    const read = icc.readAssociatedImageIccProfile;
    if (profile !== null) await this.#handle.callAsync(READ_ASSOCIATED_ICC, read, name, profile);
    return profile;
  }

  /** Gives this slide a tile cache of its own of that size, 0 for none; FEATURE_UNAVAILABLE before libopenslide 4.0. */
  setCacheBytes(capacityBytes: number): void {
    this.#handle.assertOpen('openslide_set_cache');
    const cache = new TileCache(this.#handle.native, capacityBytes);
    try {
      this.setCache(cache);
    } finally {
      cache.release();
    }
  }

  /** Makes this slide use a cache that other slides may share. The slide keeps it alive. */
  setCache(cache: TileCache): void {
    cache.attachTo(this.#handle.native, (functions, pointer) => {
      this.#handle.call('openslide_set_cache', functions.setCache, pointer);
    });
  }

  /** Refuses further calls at once; the native slide is freed when the reads in flight are over. Idempotent. */
  close(): void {
    forgotten.unregister(this);
    this.#handle.close();
  }

  /** Closes and resolves when the native slide is freed and its files are closed. */
  async closeAsync(): Promise<void> {
    this.close();
    await this.#handle.freed;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeAsync();
  }

  #prepareRegion(region: RegionRequest): Uint8Array<ArrayBuffer> {
    this.#handle.assertOpen(READ_REGION);
    validateRegion(region, this.levelCount, READ_REGION);
    return allocatePixels(region.widthPx, region.heightPx, this.#limits, READ_REGION);
  }

  #prepareAssociatedImage(name: string): PixelImage {
    this.#handle.assertOpen(READ_ASSOCIATED);
    const { widthPx, heightPx } = this.#assertAssociated(name, READ_ASSOCIATED);
    return { widthPx, heightPx, pixels: allocatePixels(widthPx, heightPx, this.#limits, READ_ASSOCIATED) };
  }

  #assertAssociated(name: string, functionName: string): SizePx {
    const size = Object.hasOwn(this.associatedImages, name) ? this.associatedImages[name] : undefined;
    if (size !== undefined) return size;
    const names = Object.keys(this.associatedImages).join(', ') || 'none';
    throw new OpenSlideError(
      'NAME_UNKNOWN',
      functionName,
      `no associated image "${String(name)}"; there are: ${names}`,
    );
  }

  #icc(functionName: string): NativeIcc {
    this.#handle.assertOpen(functionName);
    const { icc } = this.#handle.native;
    if (icc !== undefined) return icc;
    throw new OpenSlideError('FEATURE_UNAVAILABLE', functionName, 'libopenslide 4.0 or newer is needed');
  }

  #prepareProfile<Arguments extends readonly unknown[]>(
    functionName: string,
    getSize: NativeFunction<[Pointer, ...Arguments], number | bigint>,
    ...args: Arguments
  ): Uint8Array<ArrayBuffer> | null {
    const byteCount = Number(this.#handle.call(functionName, getSize, ...args));
    return byteCount > 0 ? allocate(byteCount, this.#limits, functionName) : null;
  }
}

const READ_REGION = 'openslide_read_region';
const READ_ASSOCIATED = 'openslide_read_associated_image';
const READ_ICC = 'openslide_read_icc_profile';
const READ_ASSOCIATED_ICC = 'openslide_read_associated_image_icc_profile';

function describeOrClose(handle: SlideHandle): SlideDescription {
  try {
    return describeSlide(handle);
  } catch (error) {
    handle.close();
    throw error;
  }
}
