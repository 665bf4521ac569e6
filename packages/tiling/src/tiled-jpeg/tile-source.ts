import { readSync } from 'node:fs';
import { hasStart, readPlainFrame } from '@gigascope/jpeg-stream';
import { type Decompressor, type PixelTarget, TurboJpegError } from '@gigascope/turbojpeg';
import type { JpegLevel } from './jpeg-level.ts';

const SOI_BYTES = 2;

/** Reads and decodes the tiles of one level. */
export class TileSource {
  readonly level: JpegLevel;
  readonly #file: number;
  readonly #decompressor: Decompressor;
  /** The prefix, then the tile without its SOI; the prefix stays from tile to tile. */
  readonly #stream: Uint8Array;
  readonly #tileAt: number;

  /** `file` is a descriptor that stays open while tiles are read. */
  constructor(level: JpegLevel, file: number, decompressor: Decompressor) {
    this.level = level;
    this.#file = file;
    this.#decompressor = decompressor;
    this.#tileAt = level.prefix.bytes.length - SOI_BYTES;
    this.#stream = new Uint8Array(this.#tileAt + level.largestBytes);
    this.#stream.set(level.prefix.bytes.subarray(0, this.#tileAt));
  }

  /**
   * Decodes tile `index` to RGB in one call. Returns false, and leaves undefined pixels in the target, when its stream
   * is damaged or in any way not what the directory promises: then it is not for this reader to say what it shows.
   */
  decode(index: number, target: PixelTarget): boolean {
    const { level } = this;
    const jpeg = this.#read(level.offsets[index] as number, level.byteCounts[index] as number);
    if (jpeg === null) return false;
    const frame = readPlainFrame(jpeg, level.prefix.bytes.length, level.prefix.tables);
    if (frame?.widthPx !== level.tileWidthPx || frame.heightPx !== level.tileHeightPx) return false;
    try {
      return this.#decompressor.decompressInto(jpeg, target).colourSpace === level.colourSpace;
    } catch (error) {
      if (error instanceof TurboJpegError && error.code === 'JPEG_INVALID') return false;
      throw error;
    }
  }

  #read(offset: number, bytes: number): Uint8Array | null {
    const stream = this.#stream.subarray(0, this.#tileAt + bytes);
    let done = 0;
    while (done < bytes) {
      const read = readSync(this.#file, stream, this.#tileAt + done, bytes - done, offset + done);
      if (read === 0) return null;
      done += read;
    }
    if (!hasStart(stream, this.#tileAt)) return null;
    // The tile's SOI lay on the prefix's last two bytes.
    stream.set(this.level.prefix.bytes.subarray(-SOI_BYTES), this.#tileAt);
    return stream;
  }
}
