/** Measures the time during which at least one of several overlapping tasks runs. */
export class Stopwatch {
  #running = 0;
  #sinceMs = 0;
  #totalMs = 0;

  get elapsedMs(): number {
    return this.#totalMs + (this.#running > 0 ? performance.now() - this.#sinceMs : 0);
  }

  /** Counts until the returned handle is disposed of. */
  start(): Disposable {
    if (this.#running === 0) this.#sinceMs = performance.now();
    this.#running += 1;
    return { [Symbol.dispose]: () => this.#stop() };
  }

  #stop(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#totalMs += performance.now() - this.#sinceMs;
  }
}
