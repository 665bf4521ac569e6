import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { type PyramidLevel, pyramidLevels } from './pyramid-levels.ts';
import { type StoredTile, TiffPyramidWriter } from './tiff-pyramid-writer.ts';

const deflateBytes = promisify(deflate);
const TILE_PX = 256;
/** Masks compress at least so well that a classic TIFF's 4 GiB hold as many pixels. */
const LARGEST_CLASSIC_PX = 2.8e9;

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
  readonly #levels: readonly Level[];
  #empty: StoredTile | null = null;

  private constructor(writer: TiffPyramidWriter, sizes: readonly PyramidLevel[]) {
    this.#writer = writer;
    this.#levels = sizes.map((size, level) => new Level(size, level));
  }

  /** Creates the file; it must not exist yet. */
  static async create(path: string, options: MaskPyramidOptions): Promise<MaskPyramidWriter> {
    const { widthPx, heightPx, mpp, title, software } = options;
    const levels = pyramidLevels(widthPx, heightPx, TILE_PX);
    const writer = await TiffPyramidWriter.create(path, {
      levels,
      tileSizePx: TILE_PX,
      encoding: 'grey-deflate',
      pixelsPerCm: { numerator: 10_000_000, denominator: Math.max(1, Math.round(mpp * 1000)) },
      describe: (level) => (level === 0 ? title : null),
      software,
      bigTiff: widthPx * heightPx > LARGEST_CLASSIC_PX,
    });
    return new MaskPyramidWriter(writer, levels);
  }

  /** Takes whole rows, row-major. */
  async addRows(rows: Uint8Array): Promise<void> {
    const width = this.#levels[0]?.size.widthPx ?? 1;
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
      if (tile.some((value) => value !== 0)) {
        await this.#writer.appendTile(level.index, column, level.tileRow, await deflateBytes(tile));
      } else if (this.#empty === null) {
        this.#empty = await this.#writer.appendTile(level.index, column, level.tileRow, await deflateBytes(tile));
      } else this.#writer.shareTile(level.index, column, level.tileRow, this.#empty);
    }
    level.tileRow += 1;
  }
}

/** One level's rows that wait for a whole row of tiles. */
class Level {
  readonly size: PyramidLevel;
  readonly index: number;
  tileRow = 0;
  rowsSeen = 0;
  readonly #band: Uint8Array<ArrayBuffer>;
  #above: Uint8Array<ArrayBuffer> | null = null;

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
      this.#above = Uint8Array.from(row.subarray(0, width));
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
