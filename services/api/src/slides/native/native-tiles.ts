import { GigascopeError, type NativeLevel } from '@gigascope/contracts';
import { wholeTile } from '@gigascope/jpeg-stream';
import { LRUCache } from 'lru-cache';
import { jpegOf, TILE_QUALITY } from '../../encode-jpeg.ts';
import type { ReaderPool } from '../../readers/reader-pool.ts';
import { SlideFiles } from './slide-files.ts';

/** Of all indexes together: 32 MiB, two slides of the most tiles or hundreds of common ones. */
const INDEX_BYTES = 2 ** 25;
const BYTES_PER_TILE = 2 * Float64Array.BYTES_PER_ELEMENT;
/** Of an entry's key and levels. */
const OVERHEAD_BYTES = 4096;
const SOI_BYTES = 2;

export interface NativeTileAddress {
  readonly level: number;
  readonly col: number;
  readonly row: number;
}

/**
 * Passes a slide's own JPEG tiles on as they lie in its file, their shared tables spliced in front: nothing is decoded and no
 * other process is asked. The reader's process says once where they lie; a tile that is not plain it decodes.
 */
export class NativeTiles {
  readonly #views: ReaderPool;
  readonly #files = new SlideFiles();
  readonly #indexes: LRUCache<string, readonly NativeLevel[]>;

  constructor(views: ReaderPool) {
    this.#views = views;
    this.#indexes = new LRUCache<string, readonly NativeLevel[]>({
      maxSize: INDEX_BYTES,
      sizeCalculation: sizeOf,
      fetchMethod: async (path) => (await views.call('nativeTiles', { path })).levels,
    });
  }

  /** The slide's levels of JPEG tiles; none where they cannot be passed on. A file never changes under its path. */
  async levels(path: string): Promise<readonly NativeLevel[]> {
    return this.#indexes.get(path) ?? (await this.#indexes.fetch(path)) ?? [];
  }

  /** A whole JPEG stream of one tile, at the border with the padding that it has. Throws LEVEL_OUT_OF_RANGE. */
  async tile(path: string, { level, col, row }: NativeTileAddress, signal: () => AbortSignal): Promise<Buffer> {
    const found = (await this.levels(path))[level];
    if (found === undefined || !(col < found.columns && row < found.rows))
      throw new GigascopeError('LEVEL_OUT_OF_RANGE', `no native tile ${level}/${col}_${row}`);
    const stream = await this.#passedOn(path, found, row * found.columns + col);
    if (stream !== null) return stream;
    const asked = { path, level, col, row, quality: TILE_QUALITY };
    return await jpegOf(await this.#views.call('nativeTile', asked, signal()));
  }

  close(): void {
    this.#files.close();
  }

  async #passedOn(path: string, level: NativeLevel, index: number): Promise<Buffer | null> {
    const [offset, bytes] = [level.offsets[index] ?? Number.NaN, level.byteCounts[index] ?? Number.NaN];
    // The index comes from a process that a hostile file may have taken over.
    if (!(Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(bytes) && bytes > 0)) return null;
    if (bytes > level.largestBytes) return null;
    const { prefix, tileWidthPx: widthPx, tileHeightPx: heightPx } = level;
    const tileAt = prefix.bytes.length - SOI_BYTES;
    const stream = Buffer.allocUnsafeSlow(tileAt + bytes);
    const tile = stream.subarray(tileAt);
    if (!(await this.#files.read(path, offset, tile))) return null;
    const parts = wholeTile(tile, prefix, { widthPx, heightPx });
    if (parts?.length !== 2) return parts && Buffer.concat(parts);
    // Nothing had to be taken out of the tile, and its SOI lies on the prefix's last two bytes.
    stream.set(prefix.bytes);
    return stream.subarray(0, prefix.bytes.length + (parts[1]?.length ?? 0));
  }
}

function sizeOf(levels: readonly NativeLevel[]): number {
  return levels.reduce((sum, { offsets }) => sum + offsets.length * BYTES_PER_TILE, OVERHEAD_BYTES);
}
