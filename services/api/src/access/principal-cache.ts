import type { Principal } from '@gigascope/contracts';
import { hashSecret, type Store } from '@gigascope/store';
import { RevocableCache } from '../revocable-cache.ts';

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
  readonly #known: RevocableCache<Known>;

  constructor({ accessChanges }: Store) {
    this.#known = new RevocableCache({
      ...{ max: MAX_REMEMBERED, ttlMs: REMEMBER_MS, changes: accessChanges },
      isOf: ({ principal, session }, id) => principal.id === id || session?.id === id,
    });
  }

  /** For whom a secret speaks, by `find` where it is not remembered; null, which is not remembered, for nobody. */
  of(secret: string, find: (hash: Buffer) => Promise<Known | null>): Promise<Known | null> {
    const hash = hashSecret(secret);
    return this.#known.of(
      hash.toString('base64'),
      () => find(hash),
      ({ until }) => until,
    );
  }

  /** Of a key, a user or a session; null: everything. */
  forget(id: string | null): void {
    this.#known.forget(id);
  }

  [Symbol.dispose](): void {
    this.#known[Symbol.dispose]();
  }
}
