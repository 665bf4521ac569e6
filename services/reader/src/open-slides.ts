import type { SlideReader } from '@gigascope/tiling';

interface Entry {
  readonly reader: Promise<SlideReader>;
  uses: number;
  evicted: boolean;
}

/**
 * Slides kept open between requests, the least recently used closed first. Opening costs tens of milliseconds, a tile
 * a few. A slide in use is closed only after its last use, so there can be more for a moment.
 */
export class OpenSlides implements AsyncDisposable {
  readonly #open: (path: string) => Promise<SlideReader>;
  readonly #capacity: number;
  /** In order of use: the first was not used for the longest time. */
  readonly #entries = new Map<string, Entry>();

  constructor(open: (path: string) => Promise<SlideReader>, capacity: number) {
    this.#open = open;
    this.#capacity = capacity;
  }

  /** Lends the slide to `use`, opening it first where it is not open. Nothing is kept of a slide that does not open. */
  async with<T>(path: string, use: (reader: SlideReader) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(path) ?? { reader: this.#open(path), uses: 0, evicted: false };
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    entry.uses++;
    await this.#evict();
    try {
      // A reader that failed to open is no use to the next caller; one that failed to read reopens itself.
      entry.reader.catch(() => this.#drop(path, entry));
      return await use(await entry.reader);
    } finally {
      entry.uses--;
      await this.#closeIfUnused(entry);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [path, entry] of [...this.#entries]) {
      this.#drop(path, entry);
      await this.#closeIfUnused(entry);
    }
  }

  async #evict(): Promise<void> {
    for (const [path, entry] of [...this.#entries]) {
      if (this.#entries.size <= this.#capacity) return;
      this.#drop(path, entry);
      await this.#closeIfUnused(entry);
    }
  }

  #drop(path: string, entry: Entry): void {
    entry.evicted = true;
    if (this.#entries.get(path) === entry) this.#entries.delete(path);
  }

  async #closeIfUnused(entry: Entry): Promise<void> {
    if (!entry.evicted || entry.uses > 0) return;
    const reader = await entry.reader.catch(() => null);
    await reader?.[Symbol.asyncDispose]();
  }
}
