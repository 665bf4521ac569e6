export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** A look lasts so long beyond the last thing that the reader did: one looks without moving the pointer. */
const LOOK_MS = 20_000;
/** The API's. */
const MAX_PERIODS = 100;
/** The API cuts longer ones. */
const MAX_PERIOD_MS = 600_000;

/** Adds up when a reader looked at a slide. Times in ms since the epoch. */
export class AttentionClock {
  #closed: Period[] = [];
  #from: number | null = null;
  #last = 0;

  /** The reader did something. */
  act(now: number): void {
    if (this.#from !== null && (now - this.#last > LOOK_MS || now - this.#from > MAX_PERIOD_MS))
      this.#close(this.#last + LOOK_MS, now);
    this.#from ??= now;
    this.#last = now;
  }

  /** The page was hidden or left. */
  leave(now: number): void {
    this.#close(Math.min(now, this.#last + LOOK_MS), now);
  }

  /** What has not been reported, up to now; it begins anew. */
  drain(now: number): readonly Period[] {
    const from = this.#from;
    const looks = from !== null && now - this.#last <= LOOK_MS;
    this.#close(Math.min(now, this.#last + LOOK_MS), now);
    if (looks) this.#from = now;
    const periods = this.#closed;
    this.#closed = [];
    return periods;
  }

  /** What could not be reported; the oldest go where they are too many. */
  restore(periods: readonly Period[]): void {
    this.#closed = [...periods, ...this.#closed].slice(-MAX_PERIODS);
  }

  #close(at: number, now: number): void {
    if (this.#from !== null && at > this.#from)
      this.#closed.push({ from: new Date(this.#from), to: new Date(Math.min(at, now)) });
    this.#from = null;
  }
}
