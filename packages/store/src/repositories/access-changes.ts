import type { Listener } from '../listener.ts';

/** Notified by triggers of migrations/0012. */
const ACCESS_CHANNEL = 'gigascope_access';

/** Tells of keys, users and sessions that were narrowed or ended, by any process. */
export class AccessChanges {
  readonly #listener: Listener;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Calls `listener` with the id of a key, user or session; with null when any may have changed unheard. */
  subscribe(listener: (id: string | null) => void): Disposable {
    return this.#listener.on(ACCESS_CHANNEL, listener);
  }
}
