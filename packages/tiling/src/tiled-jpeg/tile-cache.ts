import type { RgbImage } from '@gigascope/contracts';
import type { SpareArrays } from './spare-arrays.ts';

/** Keeps decoded tiles, those used last, up to a number of bytes, and gives back the memory of all others. */
export class TileCache {
  readonly #maxBytes: number;
  readonly #spare: SpareArrays;
  readonly #tiles = new Map<string, RgbImage>();
  #bytes = 0;

  constructor(maxBytes: number, spare: SpareArrays) {
    this.#maxBytes = maxBytes;
    this.#spare = spare;
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
    this.#spare.giveBack(tile.data);
  }

  clear(): void {
    for (const key of [...this.#tiles.keys()]) this.delete(key);
  }
}
