import type { Store } from '@gigascope/store';
import { RevocableCache } from '../../revocable-cache.ts';
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
  readonly #known: RevocableCache<ShownSlide>;

  constructor(store: Store) {
    this.#store = store;
    this.#known = new RevocableCache({
      ...{ max: MAX_REMEMBERED, ttlMs: REMEMBER_MS, changes: store.slideChanges },
      isOf: (slide, id) => slide.id === id,
    });
  }

  /** @throws GigascopeError NOT_FOUND or SLIDE_NOT_READY. */
  of(tenantId: string, id: string): Promise<ShownSlide> {
    return this.#known.of(`${tenantId} ${id}`, async () => {
      const { row } = await readySlide(this.#store, tenantId, id);
      return { id: row.id, sha256: row.sha256, blobKey: row.blobKey };
    });
  }

  [Symbol.dispose](): void {
    this.#known[Symbol.dispose]();
  }
}
