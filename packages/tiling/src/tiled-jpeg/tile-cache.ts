import type { RgbImage } from '@gigascope/contracts';

/** Memory kept for tiles to come, as a share of that of tiles: a block gives up about so many before it takes as many. */
const SPARE_SHARE = 1 / 8;

/**
 * Keeps decoded tiles, those used last, up to a number of bytes, and hands the memory of those it gives up to the next.
 * Why? Fresh memory for each tile means page faults and garbage collection beside its decoding.
 */
export class TileCache {
  readonly #maxBytes: number;
  readonly #tiles = new Map<string, RgbImage>();
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  #spareBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): RgbImage | undefined {
    const tile = this.#tiles.get(key);
    if (tile !== undefined) {
      // A map keeps the order of insertion: the first is the one used longest ago.
      this.#tiles.delete(key);
      this.#tiles.set(key, tile);
    }
    return tile;
  }

  /** An array for a new tile, with old pixels in it. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const spare = this.#spare.pop();
    this.#spareBytes -= spare?.length ?? 0;
    return spare?.length === bytes ? spare : new Uint8Array(bytes);
  }

  /** Takes an array back that was not put. */
  giveBack(data: Uint8Array<ArrayBuffer>): void {
    if (this.#spareBytes + data.length > this.#maxBytes * SPARE_SHARE) return;
    this.#spare.push(data);
    this.#spareBytes += data.length;
  }

  /** Keeps a tile, whose array is the cache's from now on. */
  put(key: string, tile: RgbImage): void {
    this.delete(key);
    this.#tiles.set(key, tile);
    this.#bytes += tile.data.length;
    for (const oldest of this.#tiles.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const tile = this.#tiles.get(key);
    if (tile === undefined) return;
    this.#tiles.delete(key);
    this.#bytes -= tile.data.length;
    this.giveBack(tile.data);
  }
}
