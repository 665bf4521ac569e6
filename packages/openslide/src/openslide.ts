import { accessSync, constants, statSync } from 'node:fs';
import { callAsync } from './async-call.ts';
import { OpenSlideError } from './error.ts';
import { SlideHandle } from './handle.ts';
import { loadLibrary } from './library-file.ts';
import type { OpenSlideLimits } from './limits.ts';
import { withDefaults } from './limits.ts';
import type { Native, Pointer } from './native.ts';
import { bind } from './native.ts';
import { Slide } from './slide.ts';
import { TileCache } from './tile-cache.ts';

/** What the loaded libopenslide has beyond 3.4.1. */
export interface OpenSlideFeatures {
  /** `iccProfile` and `associatedIccProfile` work. */
  readonly iccProfile: boolean;
  /** `setCacheBytes`, `setCache` and `createCache` work. */
  readonly cache: boolean;
}

/** One loaded libopenslide. */
export class OpenSlide {
  /** The library's own version, such as `4.0.0`. */
  readonly version: string;
  /** The name or path under which the library was found. */
  readonly libraryFile: string;
  readonly features: OpenSlideFeatures;
  readonly limits: OpenSlideLimits;
  readonly #native: Native;

  /** Use `loadOpenSlide`. */
  constructor(native: Native, libraryFile: string, limits: OpenSlideLimits) {
    this.#native = native;
    this.libraryFile = libraryFile;
    this.limits = limits;
    this.version = native.core.getVersion() ?? 'unknown';
    this.features = Object.freeze({ iccProfile: native.icc !== undefined, cache: native.cache !== undefined });
  }

  /** Returns the vendor, such as `aperio` or `generic-tiff`, or null when no format fits or the file cannot be read. */
  detectVendor(path: string): string | null {
    return this.#native.core.detectVendor(checkedPath(path, 'openslide_detect_vendor'));
  }

  /** Finds the vendor on another thread; else as `detectVendor`. */
  async detectVendorAsync(path: string): Promise<string | null> {
    return callAsync(this.#native.core.detectVendor, checkedPath(path, 'openslide_detect_vendor'));
  }

  /** Opens a slide on this thread. Throws FILE_UNREADABLE, FORMAT_UNSUPPORTED or NATIVE_ERROR. The caller closes it. */
  open(path: string): Slide {
    return this.#slide(path, this.#native.core.open(checkedPath(path, 'openslide_open')));
  }

  /** Opens a slide on another thread; else as `open`. */
  async openAsync(path: string): Promise<Slide> {
    return this.#slide(path, await callAsync(this.#native.core.open, checkedPath(path, 'openslide_open')));
  }

  /** Makes a tile cache for several slides; FEATURE_UNAVAILABLE before libopenslide 4.0. The caller releases it. */
  createCache(capacityBytes: number): TileCache {
    return new TileCache(this.#native, capacityBytes);
  }

  #slide(path: string, pointer: Pointer | null): Slide {
    if (pointer === null) throw explainRefusal(path);
    return new Slide(new SlideHandle(this.#native, path, pointer), this.limits);
  }
}

/** Kept for the life of the thread, since code of an unloaded library may still run at the exit of its threads. */
const loaded = new Map<string, Native>();

/**
 * Loads libopenslide: from `path` when given, else under its usual names, 4.x before 3.4.
 *
 * Throws LIBRARY_NOT_FOUND, whose message says how to install it, or LIBRARY_UNUSABLE. Cheap when called again.
 */
export function loadOpenSlide(path?: string, limits: Partial<OpenSlideLimits> = {}): OpenSlide {
  const checkedLimits = withDefaults(limits);
  const library = loadLibrary(path);
  const native = loaded.get(library.file) ?? bind(library);
  loaded.set(library.file, native);
  return new OpenSlide(native, library.file, checkedLimits);
}

function checkedPath(path: string, functionName: string): string {
  // A NUL would end the C string early and so name another file.
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return path;
  throw new OpenSlideError('ARGUMENT_INVALID', functionName, 'the path must be a non-empty string without NUL');
}

function explainRefusal(path: string): OpenSlideError {
  try {
    accessSync(path, constants.R_OK);
    if (statSync(path).isDirectory()) {
      return new OpenSlideError('FORMAT_UNSUPPORTED', 'openslide_open', `this is a folder, not a slide: ${path}`);
    }
  } catch (cause) {
    return new OpenSlideError('FILE_UNREADABLE', 'openslide_open', `the file cannot be read: ${path}`, { cause });
  }
  return new OpenSlideError('FORMAT_UNSUPPORTED', 'openslide_open', `not a format that libopenslide knows: ${path}`);
}
