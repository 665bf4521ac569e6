import type { Store } from '@gigascope/store';
import { LRUCache } from 'lru-cache';
import { readySlide } from '../../routes/slides/ready-slide.ts';

const REMEMBER_MS = 30_000;
const MAX_REMEMBERED = 10_000;

/** What a tile needs to know of its slide. */
export interface ShownSlide {
  readonly id: string;
  readonly sha256: string;
  readonly blobKey: string;
}

/**
 * Remembers for at most half a minute which slides of which laboratory are ready, so that a slide's thousand tiles ask
 * Postgres once. A slide that is changed or deleted, by whichever process, is forgotten at once.
 */
export class ReadySlides implements Disposable {
  readonly #store: Store;
  readonly #known = new LRUCache<string, ShownSlide>({ max: MAX_REMEMBERED, ttl: REMEMBER_MS });
  readonly #subscription: Disposable;
  #generation = 0;

  constructor(store: Store) {
    this.#store = store;
    this.#subscription = store.slideChanges.subscribe((id) => this.#forget(id));
  }

  /** @throws GigascopeError NOT_FOUND or SLIDE_NOT_READY. */
  async of(tenantId: string, id: string): Promise<ShownSlide> {
    const key = `${tenantId} ${id}`;
    const remembered = this.#known.get(key);
    if (remembered !== undefined) return remembered;
    const generation = this.#generation;
    const { row } = await readySlide(this.#store, tenantId, id);
    const slide = { id: row.id, sha256: row.sha256, blobKey: row.blobKey };
    // What was changed while it was looked up must not stay.
    if (generation === this.#generation) this.#known.set(key, slide);
    return slide;
  }

  #forget(id: string | null): void {
    this.#generation++;
    for (const [key, slide] of this.#known.entries()) if (id === null || slide.id === id) this.#known.delete(key);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}
