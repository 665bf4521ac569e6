import { type FileHandle, open, rm } from 'node:fs/promises';

/** What every directory of one pyramid file shares. */
export interface TiffPyramidOptions {
  /** Size of every level, highest resolution first. */
  readonly levels: readonly { readonly widthPx: number; readonly heightPx: number }[];
  /** Side of the square tiles; a multiple of 16 (TIFF 6.0, section 15). */
  readonly tileSizePx: number;
  /** `jpeg`: tiles are whole YCbCr JPEG streams; `grey-deflate`: zlib streams of 8-bit grey, row-major. */
  readonly encoding: 'jpeg-420' | 'jpeg-444' | 'grey-deflate';
  /** Pixels per centimetre at level 0, as an exact fraction. */
  readonly pixelsPerCm: { readonly numerator: number; readonly denominator: number } | null;
  /** ImageDescription of each level; null leaves the tag out. */
  readonly describe: (level: number) => string | null;
  readonly software: string;
  readonly bigTiff: boolean;
}

const TYPE = { ascii: 2, short: 3, long: 4, rational: 5, long8: 16 } as const;

interface Entry {
  readonly tag: number;
  readonly type: (typeof TYPE)[keyof typeof TYPE];
  readonly count: number;
  readonly values: Buffer;
}

const WRITE_BUFFER_BYTES = 1 << 20;
const LARGEST_CLASSIC_BYTES = 0xffffffff;

/**
 * Writes a pyramidal tiled TIFF from front to back: tiles in any order as they come, directories last.
 * Memory holds one number pair per tile and a 1 MiB buffer, never pixels. The format is TIFF 6.0 (Adobe 1992) with
 * Technical Note 2 for JPEG, or BigTIFF. Disposing of it unfinished closes and removes the file.
 * Errors: those of the file system, ENOSPC among them, as they come.
 */
export class TiffPyramidWriter implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #options: TiffPyramidOptions;
  readonly #offsets: readonly Float64Array[];
  readonly #byteCounts: readonly Float64Array[];
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #flushedBytes = 0;
  #state: 'open' | 'finished' | 'disposed' = 'open';

  private constructor(path: string, file: FileHandle, options: TiffPyramidOptions) {
    this.#path = path;
    this.#file = file;
    this.#options = options;
    const perLevel = () =>
      options.levels.map((level) => {
        const across = Math.ceil(level.widthPx / options.tileSizePx);
        return new Float64Array(across * Math.ceil(level.heightPx / options.tileSizePx));
      });
    this.#offsets = perLevel();
    this.#byteCounts = perLevel();
  }

  /** Creates the file; it must not exist yet. */
  static async create(path: string, options: TiffPyramidOptions): Promise<TiffPyramidWriter> {
    const writer = new TiffPyramidWriter(path, await open(path, 'wx'), options);
    writer.#pending.push(writer.#header(0));
    writer.#pendingBytes = options.bigTiff ? 16 : 8;
    return writer;
  }

  get #position(): number {
    return this.#flushedBytes + this.#pendingBytes;
  }

  #header(firstDirectory: number): Buffer {
    const header = Buffer.alloc(this.#options.bigTiff ? 16 : 8);
    header.write('II', 0, 'latin1');
    if (this.#options.bigTiff) {
      header.writeUInt16LE(43, 2);
      header.writeUInt16LE(8, 4);
      header.writeBigUInt64LE(BigInt(firstDirectory), 8);
    } else {
      header.writeUInt16LE(42, 2);
      header.writeUInt32LE(firstDirectory, 4);
    }
    return header;
  }

  /** Appends bytes on an even offset (TIFF 6.0 wants words) and says where they begin. */
  async #append(bytes: Buffer): Promise<number> {
    if (this.#position % 2 === 1) {
      this.#pending.push(Buffer.alloc(1));
      this.#pendingBytes += 1;
    }
    const offset = this.#position;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (!this.#options.bigTiff && this.#position > LARGEST_CLASSIC_BYTES) {
      throw new RangeError('A classic TIFF cannot pass 4 GiB; the pyramid needs bigTiff');
    }
    if (this.#pendingBytes >= WRITE_BUFFER_BYTES) await this.#flush();
    return offset;
  }

  async #flush(): Promise<void> {
    const chunk = Buffer.concat(this.#pending, this.#pendingBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    await writeFully(this.#file, chunk, this.#flushedBytes);
    this.#flushedBytes += chunk.length;
  }

  #tileIndex(level: number, column: number, row: number): number {
    const size = this.#options.levels[level];
    if (size === undefined) throw new RangeError(`The pyramid has no level ${level}`);
    return row * Math.ceil(size.widthPx / this.#options.tileSizePx) + column;
  }

  /** Stores one tile's encoded bytes and returns where they lie, for `shareTile`. */
  async appendTile(level: number, column: number, row: number, bytes: Buffer): Promise<StoredTile> {
    const stored = { offset: await this.#append(bytes), byteCount: bytes.length };
    this.shareTile(level, column, row, stored);
    return stored;
  }

  /** Lets a tile point at bytes stored for an equal one: bare glass is stored once. */
  shareTile(level: number, column: number, row: number, stored: StoredTile): void {
    const index = this.#tileIndex(level, column, row);
    const offsets = this.#offsets[level] as Float64Array;
    const byteCounts = this.#byteCounts[level] as Float64Array;
    offsets[index] = stored.offset;
    byteCounts[index] = stored.byteCount;
  }

  /** Writes the directories and closes the file. Throws RangeError where a tile was never stored. */
  async finish(): Promise<void> {
    if (this.#state !== 'open') throw new Error('The pyramid is finished already');
    if (this.#offsets.some((offsets) => offsets.includes(0))) throw new RangeError('A tile of the pyramid is missing');
    const directories: { readonly at: number; readonly nextPointerAt: number }[] = [];
    for (const level of this.#options.levels.keys()) directories.push(await this.#appendDirectory(level));
    await this.#flush();
    const pointerBytes = this.#options.bigTiff ? 8 : 4;
    for (const [index, directory] of directories.entries()) {
      const pointer = Buffer.alloc(pointerBytes);
      const next = directories[index + 1]?.at ?? 0;
      if (this.#options.bigTiff) pointer.writeBigUInt64LE(BigInt(next));
      else pointer.writeUInt32LE(next);
      await writeFully(this.#file, pointer, directory.nextPointerAt);
    }
    await writeFully(this.#file, this.#header(directories[0]?.at ?? 0), 0);
    await this.#file.sync();
    this.#state = 'finished';
    await this.#file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'disposed';
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  #entries(level: number): readonly Entry[] {
    const { tileSizePx, encoding, pixelsPerCm, software, bigTiff } = this.#options;
    const size = this.#options.levels[level] as { widthPx: number; heightPx: number };
    const jpeg = encoding !== 'grey-deflate';
    const offsetType = bigTiff ? TYPE.long8 : TYPE.long;
    const description = this.#options.describe(level);
    const entries: Entry[] = [
      { tag: 254, type: TYPE.long, count: 1, values: longs([level === 0 ? 0 : 1]) },
      { tag: 256, type: TYPE.long, count: 1, values: longs([size.widthPx]) },
      { tag: 257, type: TYPE.long, count: 1, values: longs([size.heightPx]) },
      { tag: 258, type: TYPE.short, count: jpeg ? 3 : 1, values: shorts(jpeg ? [8, 8, 8] : [8]) },
      { tag: 259, type: TYPE.short, count: 1, values: shorts([jpeg ? 7 : 8]) },
      { tag: 262, type: TYPE.short, count: 1, values: shorts([jpeg ? 6 : 1]) },
      { tag: 277, type: TYPE.short, count: 1, values: shorts([jpeg ? 3 : 1]) },
      { tag: 284, type: TYPE.short, count: 1, values: shorts([1]) },
      { tag: 305, type: TYPE.ascii, count: software.length + 1, values: Buffer.from(`${software}\0`, 'latin1') },
      { tag: 322, type: TYPE.long, count: 1, values: longs([tileSizePx]) },
      { tag: 323, type: TYPE.long, count: 1, values: longs([tileSizePx]) },
      offsetEntry(324, offsetType, this.#offsets[level] as Float64Array),
      offsetEntry(325, offsetType, this.#byteCounts[level] as Float64Array),
    ];
    if (description !== null) {
      const values = Buffer.from(`${description}\0`, 'latin1');
      entries.push({ tag: 270, type: TYPE.ascii, count: values.length, values });
    }
    if (pixelsPerCm !== null) {
      const values = longs([pixelsPerCm.numerator, pixelsPerCm.denominator * 2 ** level]);
      entries.push(
        { tag: 282, type: TYPE.rational, count: 1, values },
        { tag: 283, type: TYPE.rational, count: 1, values },
      );
      entries.push({ tag: 296, type: TYPE.short, count: 1, values: shorts([3]) });
    }
    if (jpeg) {
      const step = encoding === 'jpeg-420' ? 2 : 1;
      entries.push({ tag: 530, type: TYPE.short, count: 2, values: shorts([step, step]) });
    }
    return entries.sort((a, b) => a.tag - b.tag);
  }

  async #appendDirectory(level: number): Promise<{ at: number; nextPointerAt: number }> {
    const { bigTiff } = this.#options;
    const entries = this.#entries(level);
    const inlineBytes = bigTiff ? 8 : 4;
    const entryBytes = bigTiff ? 20 : 12;
    const countBytes = bigTiff ? 8 : 2;
    const directory = Buffer.alloc(countBytes + entries.length * entryBytes + inlineBytes);
    if (bigTiff) directory.writeBigUInt64LE(BigInt(entries.length), 0);
    else directory.writeUInt16LE(entries.length, 0);
    for (const [index, entry] of entries.entries()) {
      const at = countBytes + index * entryBytes;
      directory.writeUInt16LE(entry.tag, at);
      directory.writeUInt16LE(entry.type, at + 2);
      if (bigTiff) directory.writeBigUInt64LE(BigInt(entry.count), at + 4);
      else directory.writeUInt32LE(entry.count, at + 4);
      const valueAt = at + entryBytes - inlineBytes;
      if (entry.values.length <= inlineBytes) {
        entry.values.copy(directory, valueAt);
      } else {
        const offset = await this.#append(entry.values);
        if (bigTiff) directory.writeBigUInt64LE(BigInt(offset), valueAt);
        else directory.writeUInt32LE(offset, valueAt);
      }
    }
    const at = await this.#append(directory);
    return { at, nextPointerAt: at + directory.length - inlineBytes };
  }
}

/** Where a tile's bytes lie in the file. */
export interface StoredTile {
  readonly offset: number;
  readonly byteCount: number;
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

function shorts(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) buffer.writeUInt16LE(value, index * 2);
  return buffer;
}

function longs(values: ArrayLike<number>): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (let index = 0; index < values.length; index++) buffer.writeUInt32LE(values[index] as number, index * 4);
  return buffer;
}

function offsetEntry(tag: number, type: 4 | 16, values: Float64Array): Entry {
  if (type === TYPE.long) return { tag, type, count: values.length, values: longs(values) };
  const buffer = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) buffer.writeBigUInt64LE(BigInt(value), index * 8);
  return { tag, type, count: values.length, values: buffer };
}
