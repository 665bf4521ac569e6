import koffi from 'koffi';
import { OpenSlideError } from './error.ts';
import type { LoadedLibrary } from './library-file.ts';

/** An address in native memory. */
export type Pointer = bigint;

/** A C function as koffi calls it: on this thread, or on one of its own. */
export interface NativeFunction<Arguments extends readonly unknown[], Result> {
  (...args: Arguments): Result;
  readonly async: (...args: [...Arguments, (error: unknown, result: Result) => void]) => void;
}

type Cell = [number | bigint];

/** `openslide.h` of 3.4.1 without its deprecated functions. */
export interface NativeCore {
  readonly getVersion: NativeFunction<[], string | null>;
  readonly detectVendor: NativeFunction<[path: string], string | null>;
  readonly open: NativeFunction<[path: string], Pointer | null>;
  readonly close: NativeFunction<[slide: Pointer], void>;
  readonly getError: NativeFunction<[slide: Pointer], string | null>;
  readonly getLevelCount: NativeFunction<[slide: Pointer], number>;
  readonly getLevel0Dimensions: NativeFunction<[slide: Pointer, width: Cell, height: Cell], void>;
  readonly getLevelDimensions: NativeFunction<[slide: Pointer, level: number, width: Cell, height: Cell], void>;
  readonly getLevelDownsample: NativeFunction<[slide: Pointer, level: number], number>;
  readonly getBestLevelForDownsample: NativeFunction<[slide: Pointer, downsample: number], number>;
  readonly readRegion: NativeFunction<
    [slide: Pointer, dest: Uint8Array, x: number, y: number, level: number, width: number, height: number],
    void
  >;
  readonly getPropertyNames: NativeFunction<[slide: Pointer], Pointer | null>;
  readonly getPropertyValue: NativeFunction<[slide: Pointer, name: string], string | null>;
  readonly getAssociatedImageNames: NativeFunction<[slide: Pointer], Pointer | null>;
  readonly getAssociatedImageDimensions: NativeFunction<
    [slide: Pointer, name: string, width: Cell, height: Cell],
    void
  >;
  readonly readAssociatedImage: NativeFunction<[slide: Pointer, name: string, dest: Uint8Array], void>;
}

/** The colour profiles that 4.0 added. */
export interface NativeIcc {
  readonly getIccProfileSize: NativeFunction<[slide: Pointer], number | bigint>;
  readonly readIccProfile: NativeFunction<[slide: Pointer, dest: Uint8Array], void>;
  readonly getAssociatedImageIccProfileSize: NativeFunction<[slide: Pointer, name: string], number | bigint>;
  readonly readAssociatedImageIccProfile: NativeFunction<[slide: Pointer, name: string, dest: Uint8Array], void>;
}

/** The tile cache that 4.0 added. */
export interface NativeCache {
  readonly cacheCreate: NativeFunction<[capacityBytes: number], Pointer | null>;
  readonly setCache: NativeFunction<[slide: Pointer, cache: Pointer], void>;
  readonly cacheRelease: NativeFunction<[cache: Pointer], void>;
}

/** The whole public C interface, the parts of 4.0 only where the loaded library has them. */
export interface Native {
  readonly core: NativeCore;
  readonly icc: NativeIcc | undefined;
  readonly cache: NativeCache | undefined;
}

const POINTER = 'void *';
// An int64_t that the C function writes, as a JavaScript array of one element.
const INT64_OUT = koffi.out(koffi.pointer('int64_t'));

/** Binds every function of the loaded library; throws LIBRARY_UNUSABLE when one that 3.4.1 has is missing. */
export function bind({ handle, file }: LoadedLibrary): Native {
  const func = handle.func.bind(handle);
  return {
    core: bindAll(file, () => ({
      getVersion: func('openslide_get_version', 'str', []),
      detectVendor: func('openslide_detect_vendor', 'str', ['str']),
      open: func('openslide_open', POINTER, ['str']),
      close: func('openslide_close', 'void', [POINTER]),
      getError: func('openslide_get_error', 'str', [POINTER]),
      getLevelCount: func('openslide_get_level_count', 'int32_t', [POINTER]),
      getLevel0Dimensions: func('openslide_get_level0_dimensions', 'void', [POINTER, INT64_OUT, INT64_OUT]),
      getLevelDimensions: func('openslide_get_level_dimensions', 'void', [POINTER, 'int32_t', INT64_OUT, INT64_OUT]),
      getLevelDownsample: func('openslide_get_level_downsample', 'double', [POINTER, 'int32_t']),
      getBestLevelForDownsample: func('openslide_get_best_level_for_downsample', 'int32_t', [POINTER, 'double']),
      readRegion: func('openslide_read_region', 'void', [
        POINTER,
        POINTER,
        'int64_t',
        'int64_t',
        'int32_t',
        'int64_t',
        'int64_t',
      ]),
      getPropertyNames: func('openslide_get_property_names', POINTER, [POINTER]),
      getPropertyValue: func('openslide_get_property_value', 'str', [POINTER, 'str']),
      getAssociatedImageNames: func('openslide_get_associated_image_names', POINTER, [POINTER]),
      getAssociatedImageDimensions: func('openslide_get_associated_image_dimensions', 'void', [
        POINTER,
        'str',
        INT64_OUT,
        INT64_OUT,
      ]),
      readAssociatedImage: func('openslide_read_associated_image', 'void', [POINTER, 'str', POINTER]),
    })),
    icc: bindIfPresent(() => ({
      getIccProfileSize: func('openslide_get_icc_profile_size', 'int64_t', [POINTER]),
      readIccProfile: func('openslide_read_icc_profile', 'void', [POINTER, POINTER]),
      getAssociatedImageIccProfileSize: func('openslide_get_associated_image_icc_profile_size', 'int64_t', [
        POINTER,
        'str',
      ]),
      readAssociatedImageIccProfile: func('openslide_read_associated_image_icc_profile', 'void', [
        POINTER,
        'str',
        POINTER,
      ]),
    })),
    cache: bindIfPresent(() => ({
      cacheCreate: func('openslide_cache_create', POINTER, ['size_t']),
      setCache: func('openslide_set_cache', 'void', [POINTER, POINTER]),
      cacheRelease: func('openslide_cache_release', 'void', [POINTER]),
    })),
  };
}

/** Decodes a NULL-terminated `const char * const *` that libopenslide owns. */
export function decodeNames(list: Pointer): readonly string[] {
  const pointerBytes = koffi.sizeof(POINTER);
  const names: string[] = [];
  for (let offset = 0; ; offset += pointerBytes) {
    const address: Pointer | null = koffi.decode(list, offset, POINTER);
    if (address === null) return names;
    names.push(koffi.decode.string(address));
  }
}

function bindAll<Table>(file: string, make: () => Table): Table {
  try {
    return make();
  } catch (cause) {
    const message = `${file} is not libopenslide 3.4 or newer: ${cause instanceof Error ? cause.message : cause}`;
    throw new OpenSlideError('LIBRARY_UNUSABLE', 'loadOpenSlide', message, { cause });
  }
}

function bindIfPresent<Table>(make: () => Table): Table | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
