import type { Listener } from '../listener.ts';

/** Notified by triggers of migrations/0017. */
const SLIDE_CHANNEL = 'gigascope_slides';

/** Tells of slides whose state or file changed, and of those that are gone, by any process. */
export class SlideChanges {
  readonly #listener: Listener;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Calls `listener` with the id of a slide; with null when any may have changed unheard. */
  subscribe(listener: (id: string | null) => void): Disposable {
    return this.#listener.on(SLIDE_CHANNEL, listener);
  }
}
