import type { Principal } from '@gigascope/contracts';
import { hashSecret, type Store } from '@gigascope/store';
import { LRUCache } from 'lru-cache';

const REMEMBER_MS = 10_000;
const MAX_REMEMBERED = 10_000;

/** A session of a browser; its secret is in a cookie. */
export interface BrowserSession {
  readonly id: string;
  /** What the page must send along with whatever changes something. */
  readonly csrfToken: string;
}

export interface Known {
  readonly principal: Principal;
  /** When the secret ends by itself; null: never. */
  readonly until: Date | null;
  readonly session: BrowserSession | null;
}

/**
 * Remembers for at most ten seconds, of at most 10,000 secrets, for whom each speaks, so that a slide's thousand tiles ask
 * Postgres once. What is revoked, by whichever process, is forgotten at once; secrets are kept as their hashes.
 */
export class PrincipalCache implements Disposable {
  readonly #known = new LRUCache<string, Known>({ max: MAX_REMEMBERED });
  readonly #subscription: Disposable;
  #generation = 0;

  constructor({ accessChanges }: Store) {
    this.#subscription = accessChanges.subscribe((id) => this.forget(id));
  }

  /** For whom a secret speaks, by `find` where it is not remembered; null, which is not remembered, for nobody. */
  async of(secret: string, find: (hash: Buffer) => Promise<Known | null>): Promise<Known | null> {
    const hash = hashSecret(secret);
    const key = hash.toString('base64');
    const remembered = this.#known.get(key);
    if (remembered !== undefined) return remembered;
    const generation = this.#generation;
    const found = await find(hash);
    const ttl = Math.min(REMEMBER_MS, (found?.until?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now());
    // What was revoked while it was looked up must not stay.
    if (found !== null && ttl >= 1 && generation === this.#generation)
      this.#known.set(key, found, { ttl: Math.floor(ttl) });
    return found;
  }

  /** Of a key, a user or a session; null: everything. */
  forget(id: string | null): void {
    this.#generation++;
    for (const [key, { principal, session }] of this.#known.entries())
      if (id === null || principal.id === id || session?.id === id) this.#known.delete(key);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}
