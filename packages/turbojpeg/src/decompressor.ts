import { TurboJpegError } from './error.ts';
import { COLOUR_SPACES, type JpegHeader } from './jpeg-header.ts';
import type { Native, Pointer } from './native.ts';

/** JPEG's own limit of a side. */
const MAX_SIDE_PX = 65_535;

/** `TJPF_RGB`. */
const PIXEL_FORMAT_RGB = 0;
const BYTES_PER_PIXEL = 3;

/** `TJFLAG_STOPONWARNING`: pixels of a stream that libjpeg had to guess at are not handed out. */
const STOP_ON_WARNING = 8192;

/** Where the pixels go: `heightPx` rows of `widthPx` RGB pixels, `pitchBytes` apart, from `offsetBytes` on. */
export interface PixelTarget {
  readonly data: Uint8Array;
  readonly offsetBytes: number;
  readonly pitchBytes: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A backstop only: which decompressor is collected, and when, is up to the engine. */
const forgotten = new FinalizationRegistry<() => void>((destroy) => {
  process.emitWarning('a JPEG decompressor was never closed', { code: 'TURBOJPEG_LEAK' });
  destroy();
});

/**
 * Decodes JPEG streams, one after the other, on the thread that made it.
 *
 * It keeps the tables of the last stream, as libjpeg does: a stream without tables of its own is decoded with those, so
 * the caller sees to it that every stream brings its tables along.
 */
export class Decompressor {
  readonly #native: Native;
  #pointer: Pointer | null;
  readonly #width = new Int32Array(1);
  readonly #height = new Int32Array(1);
  readonly #subsampling = new Int32Array(1);
  readonly #colourSpace = new Int32Array(1);

  /** Use `TurboJpeg.createDecompressor`. */
  constructor(native: Native) {
    this.#native = native;
    this.#pointer = this.#make();
  }

  /** Reads a stream's header. Throws JPEG_INVALID, also where its subsampling is none that TurboJPEG knows. */
  readHeader(jpeg: Uint8Array): JpegHeader {
    const handle = this.#open(HEADER);
    const [width, height, subsampling, colourSpace] = [this.#width, this.#height, this.#subsampling, this.#colourSpace];
    const { decompressHeader } = this.#native;
    if (decompressHeader(handle, jpeg, jpeg.length, width, height, subsampling, colourSpace) !== 0) {
      throw this.#failure(handle, HEADER);
    }
    const colours = COLOUR_SPACES[colourSpace[0] as number];
    if (colours === undefined) throw new TurboJpegError('JPEG_INVALID', HEADER, `colour space ${colourSpace[0]}`);
    return { widthPx: width[0] as number, heightPx: height[0] as number, colourSpace: colours };
  }

  /**
   * Decodes a stream of exactly the target's size to RGB, with libjpeg's exact inverse transform and smooth upsampling,
   * and returns its header.
   * Throws SIZE_MISMATCH before any pixel; JPEG_INVALID, which leaves the target's pixels undefined; ARGUMENT_INVALID
   * for a target that reaches past its array; CLOSED.
   */
  decompressInto(jpeg: Uint8Array, target: PixelTarget): JpegHeader {
    checkTarget(target);
    const header = this.readHeader(jpeg);
    const { widthPx, heightPx, pitchBytes } = target;
    // TurboJPEG itself would shrink a larger picture to fit, or leave a smaller one's surroundings as they are.
    if (header.widthPx !== widthPx || header.heightPx !== heightPx) {
      const message = `${header.widthPx}×${header.heightPx} px, not ${widthPx}×${heightPx}`;
      throw new TurboJpegError('SIZE_MISMATCH', DECOMPRESS, message);
    }
    const handle = this.#open(DECOMPRESS);
    const { decompress } = this.#native;
    const into = target.offsetBytes === 0 ? target.data : target.data.subarray(target.offsetBytes);
    const format = PIXEL_FORMAT_RGB;
    if (decompress(handle, jpeg, jpeg.length, into, widthPx, pitchBytes, heightPx, format, STOP_ON_WARNING) !== 0) {
      throw this.#failure(handle, DECOMPRESS);
    }
    return header;
  }

  /** Frees the native decompressor. Idempotent. */
  close(): void {
    if (this.#pointer === null) return;
    forgotten.unregister(this);
    this.#native.destroy(this.#pointer);
    this.#pointer = null;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(functionName: string): Pointer {
    if (this.#pointer === null) throw new TurboJpegError('CLOSED', functionName, 'the decompressor is closed');
    return this.#pointer;
  }

  #make(): Pointer {
    const pointer = this.#native.initDecompress();
    if (pointer === null) {
      const message = this.#native.getErrorText(null) ?? 'no memory';
      throw new TurboJpegError('LIBRARY_UNUSABLE', 'tjInitDecompress', message);
    }
    const { destroy } = this.#native;
    forgotten.register(this, () => destroy(pointer), this);
    return pointer;
  }

  /** Starts anew: libjpeg-turbo 2.1 takes the next stream up in the middle of a header that it failed in. */
  #failure(handle: Pointer, functionName: string): TurboJpegError {
    const message = this.#native.getErrorText(handle) ?? 'unknown error';
    this.close();
    this.#pointer = this.#make();
    return new TurboJpegError('JPEG_INVALID', functionName, message);
  }
}

const HEADER = 'tjDecompressHeader3';
const DECOMPRESS = 'tjDecompress2';

/** The native code writes wherever it is told to. */
function checkTarget({ data, offsetBytes, pitchBytes, widthPx, heightPx }: PixelTarget): void {
  const isSide = (px: number): boolean => Number.isSafeInteger(px) && px >= 1 && px <= MAX_SIDE_PX;
  const rowBytes = widthPx * BYTES_PER_PIXEL;
  const fits =
    isSide(widthPx) &&
    isSide(heightPx) &&
    Number.isSafeInteger(offsetBytes) &&
    offsetBytes >= 0 &&
    Number.isSafeInteger(pitchBytes) &&
    pitchBytes >= rowBytes &&
    pitchBytes < 2 ** 31 &&
    offsetBytes + pitchBytes * (heightPx - 1) + rowBytes <= data.length;
  if (fits) return;
  const message = `${widthPx}×${heightPx} px at ${offsetBytes}, pitch ${pitchBytes}, in ${data.length} bytes`;
  throw new TurboJpegError('ARGUMENT_INVALID', DECOMPRESS, message);
}
