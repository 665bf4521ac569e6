/** One tile of a pyramid, as `<level>/<column>_<row>`. */
export type TileKey = `${number}/${number}_${number}`;

interface Options<T> {
  readonly load: (key: TileKey, signal: AbortSignal) => Promise<T>;
  /** Something came in, or could not. */
  readonly onChange: () => void;
  /** Tiles kept beyond those wanted; the longest unused go first. */
  readonly kept?: number;
}

/** A browser allows a server six connections, and the slide's own tiles need some. */
const AT_ONCE = 4;

/** Tiles by address: fetched once, a few at a time, those in view first; what leaves the view before its turn is not fetched. */
export class TileCache<T> {
  readonly #options: Options<T>;
  readonly #tiles = new Map<TileKey, T>();
  readonly #failed = new Map<TileKey, Error>();
  readonly #running = new Map<TileKey, AbortController>();
  #wanted: readonly TileKey[] = [];

  constructor(options: Options<T>) {
    this.#options = options;
  }

  get(key: TileKey): T | undefined {
    return this.#tiles.get(key);
  }

  /** Of the tiles wanted at the moment. */
  get error(): Error | null {
    for (const key of this.#wanted) {
      const error = this.#failed.get(key);
      if (error) return error;
    }
    return null;
  }

  /** Whether a wanted tile is still to come. */
  get waiting(): boolean {
    return this.#wanted.some((key) => !this.#tiles.has(key) && !this.#failed.has(key));
  }

  /** Asks for these tiles, instead of those asked for before. */
  want(keys: readonly TileKey[]): void {
    this.#wanted = keys;
    for (const key of keys) {
      const tile = this.#tiles.get(key);
      if (tile === undefined) continue;
      this.#tiles.delete(key);
      this.#tiles.set(key, tile);
    }
    const limit = keys.length + (this.#options.kept ?? 60);
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= limit) break;
      this.#tiles.delete(key);
    }
    this.#pump();
  }

  retry(): void {
    this.#failed.clear();
    this.#pump();
  }

  close(): void {
    this.#wanted = [];
    for (const controller of this.#running.values()) controller.abort();
  }

  #pump(): void {
    for (const key of this.#wanted) {
      if (this.#running.size >= AT_ONCE) return;
      if (this.#tiles.has(key) || this.#failed.has(key) || this.#running.has(key)) continue;
      void this.#fetch(key);
    }
  }

  async #fetch(key: TileKey): Promise<void> {
    const controller = new AbortController();
    this.#running.set(key, controller);
    try {
      this.#tiles.set(key, await this.#options.load(key, controller.signal));
    } catch (error) {
      if (!controller.signal.aborted) this.#failed.set(key, error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#running.delete(key);
    }
    if (controller.signal.aborted) return;
    this.#options.onChange();
    this.#pump();
  }
}

/** Level, column and row of a key. */
export function addressOf(key: TileKey): { readonly level: number; readonly col: number; readonly row: number } {
  const [level = 0, col = 0, row = 0] = key.split(/[/_]/).map(Number);
  return { level, col, row };
}
