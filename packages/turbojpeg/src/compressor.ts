import { TurboJpegError } from './error.ts';
import type { Native, Pointer } from './native.ts';

/** `TJPF_RGB` and `TJSAMP_420`. */
const PIXEL_FORMAT_RGB = 0;
const SUBSAMPLING_420 = 2;
const BYTES_PER_PIXEL = 3;
/** JPEG's own limit of a side. */
const MAX_SIDE_PX = 65_535;

/** RGB pixels, row by row, without gaps. */
export interface PixelSource {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Encodes pictures as JPEG with chroma at half resolution, one after the other, on the thread that made it. */
export class Compressor {
  readonly #native: Native;
  #pointer: Pointer | null;
  readonly #out: [Pointer | null] = [null];
  readonly #size = new BigUint64Array(1);

  /** Use `TurboJpeg.createCompressor`. */
  constructor(native: Native) {
    this.#native = native;
    this.#pointer = native.initCompress();
    if (this.#pointer === null) throw new TurboJpegError('LIBRARY_UNUSABLE', 'tjInitCompress', 'it gave no handle');
  }

  /** Encodes a picture at a quality of 1 to 100. Throws ARGUMENT_INVALID for pixels that are not all there; CLOSED. */
  compress({ data, width, height }: PixelSource, quality: number): Uint8Array<ArrayBuffer> {
    const handle = this.#pointer;
    if (handle === null) throw new TurboJpegError('CLOSED', COMPRESS, 'the compressor was closed');
    const fits = [width, height].every((side) => Number.isSafeInteger(side) && side >= 1 && side <= MAX_SIDE_PX);
    if (!fits || data.length !== width * height * BYTES_PER_PIXEL || !(quality >= 1 && quality <= 100)) {
      throw new TurboJpegError('ARGUMENT_INVALID', COMPRESS, `${width}×${height} px in ${data.length} bytes`);
    }
    this.#out[0] = null;
    this.#size[0] = 0n;
    const { compress, free, getErrorText, copyOut } = this.#native;
    const [out, size] = [this.#out, this.#size];
    try {
      const failed = compress(handle, data, width, 0, height, PIXEL_FORMAT_RGB, out, size, SUBSAMPLING_420, quality, 0);
      if (failed !== 0 || out[0] === null)
        throw new TurboJpegError('ARGUMENT_INVALID', COMPRESS, getErrorText(handle) ?? 'no reason was given');
      return copyOut(out[0], Number(size[0]));
    } finally {
      if (out[0] !== null) free(out[0]);
    }
  }

  /** Frees native memory; twice is once. */
  close(): void {
    if (this.#pointer !== null) this.#native.destroy(this.#pointer);
    this.#pointer = null;
  }
}

const COMPRESS = 'tjCompress2';
