import { LRUCache } from 'lru-cache';

/** Of an entry's key and bookkeeping. */
const OVERHEAD_BYTES = 300;
/** No one picture takes more than an eighth. */
const SHARE = 8;

/** Encoded tiles of slides, the least recently shown forgotten first; bounded by their bytes. */
export class TileCache {
  readonly #tiles: LRUCache<string, Buffer<ArrayBuffer>> | null;

  /** 0: nothing is kept. */
  constructor(maxBytes: number) {
    this.#tiles =
      maxBytes === 0
        ? null
        : new LRUCache({
            maxSize: maxBytes,
            maxEntrySize: Math.ceil(maxBytes / SHARE),
            sizeCalculation: ({ byteLength }) => byteLength + OVERHEAD_BYTES,
          });
  }

  get bytes(): number {
    return this.#tiles?.calculatedSize ?? 0;
  }

  /** The tile of this name, made where it is not there. `name` says everything that its bytes depend on. */
  async get(name: string, make: () => Promise<Buffer<ArrayBuffer>>): Promise<Buffer<ArrayBuffer>> {
    const kept = this.#tiles?.get(name);
    if (kept !== undefined) return kept;
    const made = await make();
    this.#tiles?.set(name, made);
    return made;
  }
}
