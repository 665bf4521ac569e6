import koffi from 'koffi';
import { TurboJpegError } from './error.ts';
import type { LoadedLibrary } from './library-file.ts';

/** An address in native memory. */
export type Pointer = bigint;

/** What decoding and encoding need of `turbojpeg.h` 2.0; 3.x still has all of it. */
export interface Native {
  readonly initDecompress: () => Pointer | null;
  readonly decompressHeader: (
    handle: Pointer,
    jpeg: Uint8Array,
    jpegBytes: number,
    width: Int32Array,
    height: Int32Array,
    subsampling: Int32Array,
    colourSpace: Int32Array,
  ) => number;
  readonly decompress: (
    handle: Pointer,
    jpeg: Uint8Array,
    jpegBytes: number,
    into: Uint8Array,
    width: number,
    pitch: number,
    height: number,
    pixelFormat: number,
    flags: number,
  ) => number;
  readonly initCompress: () => Pointer | null;
  readonly compress: (
    handle: Pointer,
    pixels: Uint8Array,
    width: number,
    pitch: number,
    height: number,
    pixelFormat: number,
    out: [Pointer | null],
    outBytes: BigUint64Array,
    subsampling: number,
    quality: number,
    flags: number,
  ) => number;
  readonly free: (memory: Pointer) => void;
  /** Bytes of native memory, copied. */
  readonly copyOut: (memory: Pointer, bytes: number) => Uint8Array<ArrayBuffer>;
  readonly getErrorText: (handle: Pointer | null) => string | null;
  readonly destroy: (handle: Pointer) => number;
}

const POINTER = 'void *';

/** Binds the functions of the loaded library; throws LIBRARY_UNUSABLE when one is missing. */
export function bind({ handle, file }: LoadedLibrary): Native {
  const func = handle.func.bind(handle);
  try {
    return {
      initDecompress: func('tjInitDecompress', POINTER, []),
      decompressHeader: func('tjDecompressHeader3', 'int', [
        POINTER,
        POINTER,
        'ulong',
        POINTER,
        POINTER,
        POINTER,
        POINTER,
      ]),
      decompress: func('tjDecompress2', 'int', [POINTER, POINTER, 'ulong', POINTER, 'int', 'int', 'int', 'int', 'int']),
      initCompress: func('tjInitCompress', POINTER, []),
      compress: func('tjCompress2', 'int', [
        POINTER,
        POINTER,
        'int',
        'int',
        'int',
        'int',
        koffi.inout(koffi.pointer(POINTER)),
        POINTER,
        'int',
        'int',
        'int',
      ]),
      free: func('tjFree', 'void', [POINTER]),
      copyOut: (memory, bytes) => koffi.decode(memory, 'uint8_t', bytes) as Uint8Array<ArrayBuffer>,
      getErrorText: func('tjGetErrorStr2', 'str', [POINTER]),
      destroy: func('tjDestroy', 'int', [POINTER]),
    };
  } catch (cause) {
    const message = `${file} is not libturbojpeg 2.0 or newer: ${cause instanceof Error ? cause.message : cause}`;
    throw new TurboJpegError('LIBRARY_UNUSABLE', 'loadTurboJpeg', message, { cause });
  }
}
