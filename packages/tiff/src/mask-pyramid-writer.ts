import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { type PyramidLevel, pyramidLevels } from './pyramid-levels.ts';
import { type StoredTile, TiffPyramidWriter } from './tiff-pyramid-writer.ts';

const deflateBytes = promisify(deflate);
const TILE_PX = 256;
/** Masks compress at least so well that a classic TIFF's 4 GiB hold as many pixels. */
const LARGEST_CLASSIC_PX = 2.8e9;
const EMPTY_TILE = new Uint8Array(TILE_PX * TILE_PX);

export interface MaskPyramidOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  /** µm per mask pixel. */
  readonly mpp: number;
  readonly title: string;
  readonly software: string;
}

/**
 * Writes an 8-bit mask, given in rows from top to bottom, as a tiled pyramidal TIFF. A pixel of a higher level has the largest
 * value of the four below it, so that small objects stay in sight. Memory: one row of tiles a level. Disposing of it
 * unfinished removes the file.
 */
export class MaskPyramidWriter implements AsyncDisposable {
  readonly #writer: TiffPyramidWriter;
  readonly #levels: readonly [Level, ...Level[]];
  #empty: StoredTile | null = null;

  private constructor(writer: TiffPyramidWriter, whole: PyramidLevel, sizes: readonly PyramidLevel[]) {
    this.#writer = writer;
    this.#levels = [new Level(whole, 0), ...sizes.slice(1).map((size, above) => new Level(size, above + 1))];
  }

  /** Creates the file; it must not exist yet. */
  static async create(path: string, options: MaskPyramidOptions): Promise<MaskPyramidWriter> {
    const { widthPx, heightPx, mpp, title, software } = options;
    const levels = pyramidLevels(widthPx, heightPx, TILE_PX);
    const writer = await TiffPyramidWriter.create(path, {
      levels,
      tileSizePx: TILE_PX,
      encoding: 'grey-deflate',
      pixelsPerCm: pixelsPerCm(mpp),
      describe: (level) => (level === 0 ? title : null),
      software,
      bigTiff: widthPx * heightPx > LARGEST_CLASSIC_PX,
    });
    return new MaskPyramidWriter(writer, { widthPx, heightPx }, levels);
  }

  /** Takes whole rows, row-major. Throws RangeError for a part of a row, or for more rows than the mask has. */
  async addRows(rows: Uint8Array): Promise<void> {
    const [{ size, rowsSeen }] = this.#levels;
    const width = size.widthPx;
    if (rows.length % width !== 0 || rows.length / width > size.heightPx - rowsSeen)
      throw new RangeError(
        `${rows.length} values are no rows of a mask of ${width} × ${size.heightPx} after ${rowsSeen}`,
      );
    for (let at = 0; at < rows.length; at += width) await this.#addRow(0, rows.subarray(at, at + width));
  }

  /** Writes the directories and closes the file; every row must have come. */
  async finish(): Promise<void> {
    await this.#writer.finish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]();
  }

  async #addRow(index: number, row: Uint8Array): Promise<void> {
    const level = this.#levels[index];
    if (level === undefined || level.rowsSeen === level.size.heightPx) return;
    const halved = level.add(row);
    if (level.isBandFull) await this.#flush(level);
    if (halved !== null) await this.#addRow(index + 1, halved);
  }

  async #flush(level: Level): Promise<void> {
    for (const [column, tile] of level.takeTiles().entries()) {
      const isEmpty = Buffer.compare(tile, EMPTY_TILE) === 0;
      if (isEmpty && this.#empty !== null) {
        this.#writer.shareTile(level.index, column, level.tileRow, this.#empty);
        continue;
      }
      const stored = await this.#writer.appendTile(
        level.index,
        column,
        level.tileRow,
        unpooled(await deflateBytes(tile)),
      );
      if (isEmpty) this.#empty = stored;
    }
    level.tileRow += 1;
  }
}

/** A copy in memory of its own: zlib gives a few bytes as a view of tens of KiB, which would be held while they wait to be written. */
function unpooled(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** As a fraction whose terms fit 32 bits on every level, to about a hundred-thousandth of a µm. */
function pixelsPerCm(mpp: number): { numerator: number; denominator: number } {
  const stepsPerUm = mpp < 10 ? 100_000 : 1000;
  return { numerator: 10_000 * stepsPerUm, denominator: Math.max(1, Math.round(mpp * stepsPerUm)) };
}

/** One level's rows that wait for a whole row of tiles. */
class Level {
  readonly size: PyramidLevel;
  readonly index: number;
  tileRow = 0;
  rowsSeen = 0;
  readonly #band: Uint8Array<ArrayBuffer>;
  #above: Uint8Array | null = null;

  constructor(size: PyramidLevel, index: number) {
    this.size = size;
    this.index = index;
    this.#band = new Uint8Array(size.widthPx * TILE_PX);
  }

  get isBandFull(): boolean {
    return this.rowsSeen % TILE_PX === 0 || this.rowsSeen === this.size.heightPx;
  }

  /** Takes a row; every second one completes a row of the level above, which is given back. */
  add(row: Uint8Array): Uint8Array | null {
    const width = this.size.widthPx;
    this.#band.set(row.subarray(0, width), (this.rowsSeen % TILE_PX) * width);
    this.rowsSeen += 1;
    if (this.#above === null) {
      this.#above = row.slice(0, width);
      return null;
    }
    const halved = new Uint8Array(width >> 1);
    for (let x = 0; x < halved.length; x++)
      halved[x] = Math.max(
        this.#above[2 * x] as number,
        this.#above[2 * x + 1] as number,
        row[2 * x] as number,
        row[2 * x + 1] as number,
      );
    this.#above = null;
    return halved;
  }

  takeTiles(): Uint8Array<ArrayBuffer>[] {
    const { widthPx } = this.size;
    const rows = this.rowsSeen - this.tileRow * TILE_PX;
    return Array.from({ length: Math.ceil(widthPx / TILE_PX) }, (_, column) => {
      const tile = new Uint8Array(TILE_PX * TILE_PX);
      for (let y = 0; y < rows; y++) {
        const begin = y * widthPx + column * TILE_PX;
        tile.set(this.#band.subarray(begin, y * widthPx + Math.min(widthPx, (column + 1) * TILE_PX)), y * TILE_PX);
      }
      return tile;
    });
  }
}
