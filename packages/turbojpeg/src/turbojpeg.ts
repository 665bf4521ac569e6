import { Compressor } from './compressor.ts';
import { Decompressor } from './decompressor.ts';
import { loadLibrary } from './library-file.ts';
import { bind, type Native } from './native.ts';

/** One loaded libturbojpeg. */
export class TurboJpeg {
  /** The name or path under which the library was found. */
  readonly libraryFile: string;
  readonly #native: Native;

  /** Use `loadTurboJpeg`. */
  constructor(native: Native, libraryFile: string) {
    this.#native = native;
    this.libraryFile = libraryFile;
  }

  /** Makes a compressor for this thread; the caller closes it. */
  createCompressor(): Compressor {
    return new Compressor(this.#native);
  }

  /** Makes a decompressor for this thread; the caller closes it. */
  createDecompressor(): Decompressor {
    return new Decompressor(this.#native);
  }
}

/** Kept for the life of the thread: binding is done once. */
const loaded = new Map<string, Native>();

/**
 * Loads libturbojpeg: from `path` when given, else under its usual names.
 *
 * Throws LIBRARY_NOT_FOUND, whose message says how to install it, or LIBRARY_UNUSABLE. Cheap when called again.
 */
export function loadTurboJpeg(path?: string): TurboJpeg {
  const library = loadLibrary(path);
  const native = loaded.get(library.file) ?? bind(library);
  loaded.set(library.file, native);
  return new TurboJpeg(native, library.file);
}
