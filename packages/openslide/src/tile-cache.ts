import { OpenSlideError } from './error.ts';
import type { Native, NativeCache, Pointer } from './native.ts';

/** A cache of decoded tiles that several slides may share (libopenslide ≥ 4.0). */
export class TileCache {
  readonly capacityBytes: number;
  readonly #native: Native;
  readonly #cacheFunctions: NativeCache;
  #pointer: Pointer | null;

  /** Use `OpenSlide.createCache`. */
  constructor(native: Native, capacityBytes: number) {
    if (!Number.isSafeInteger(capacityBytes) || capacityBytes < 0) {
      const message = `the capacity must be a safe integer of at least 0, not ${String(capacityBytes)}`;
      throw new OpenSlideError('ARGUMENT_INVALID', 'openslide_cache_create', message);
    }
    if (native.cache === undefined) {
      throw new OpenSlideError('FEATURE_UNAVAILABLE', 'openslide_cache_create', 'libopenslide 4.0 or newer is needed');
    }
    this.capacityBytes = capacityBytes;
    this.#native = native;
    this.#cacheFunctions = native.cache;
    this.#pointer = native.cache.cacheCreate(capacityBytes);
  }

  /** Hands the native cache to `attach`; for `Slide.setCache`. */
  attachTo(native: Native, attach: (functions: NativeCache, cache: Pointer) => void): void {
    if (this.#pointer === null) {
      throw new OpenSlideError('CLOSED', 'openslide_set_cache', 'the cache is released');
    }
    if (native !== this.#native) {
      throw new OpenSlideError('ARGUMENT_INVALID', 'openslide_set_cache', 'the cache is of another libopenslide');
    }
    attach(this.#cacheFunctions, this.#pointer);
  }

  /** Gives up this reference; slides that use the cache keep it alive until they close. Idempotent. */
  release(): void {
    if (this.#pointer === null) return;
    this.#cacheFunctions.cacheRelease(this.#pointer);
    this.#pointer = null;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
