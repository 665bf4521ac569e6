import { LRUCache } from 'lru-cache';

export interface RevocableCacheOptions<V> {
  /** Entries at the most, and how long each is kept at the most. */
  readonly max: number;
  readonly ttlMs: number;
  /** Tells the ids of what was changed, by whichever process; null: anything may have been. */
  readonly changes: { subscribe(listener: (id: string | null) => void): Disposable };
  /** Whether a value is of what has that id. */
  readonly isOf: (value: V, id: string) => boolean;
}

/** Remembers what Postgres was asked, for a while; what is changed is forgotten at once, also while it is being looked up. */
export class RevocableCache<V extends object> implements Disposable {
  readonly #options: RevocableCacheOptions<V>;
  readonly #known: LRUCache<string, V>;
  readonly #underWay = new Map<string, Promise<V | null>>();
  readonly #subscription: Disposable;
  #generation = 0;

  constructor(options: RevocableCacheOptions<V>) {
    this.#options = options;
    this.#known = new LRUCache({ max: options.max, ttl: options.ttlMs });
    this.#subscription = options.changes.subscribe((id) => this.forget(id));
  }

  /**
   * The value of a key, by `find` where it is not remembered; null is not remembered, nor what ends by `until` before a
   * millisecond. Who asks while it is being looked up waits for the same answer.
   */
  async of<F extends V | null>(
    key: string,
    find: () => Promise<F>,
    until: (value: V) => Date | null = () => null,
  ): Promise<V | F> {
    const remembered = this.#known.get(key);
    if (remembered !== undefined) return remembered;
    const underWay = this.#underWay.get(key) as Promise<F> | undefined;
    if (underWay !== undefined) return await underWay;
    const finding = this.#find(key, find, until);
    this.#underWay.set(key, finding);
    try {
      return await finding;
    } finally {
      if (this.#underWay.get(key) === finding) this.#underWay.delete(key);
    }
  }

  async #find<F extends V | null>(key: string, find: () => Promise<F>, until: (value: V) => Date | null): Promise<F> {
    const generation = this.#generation;
    const found = await find();
    if (found === null) return found;
    const leftMs = (until(found)?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now();
    const ttl = Math.floor(Math.min(this.#options.ttlMs, leftMs));
    if (ttl >= 1 && generation === this.#generation) this.#known.set(key, found, { ttl });
    return found;
  }

  /** null: everything. */
  forget(id: string | null): void {
    this.#generation++;
    // Who asks from now on must not wait for what was found before.
    this.#underWay.clear();
    for (const [key, value] of this.#known.entries())
      if (id === null || this.#options.isOf(value, id)) this.#known.delete(key);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}
