interface Waiting {
  readonly alone: boolean;
  readonly enter: () => void;
}

/**
 * Lets tasks run together, or one alone. A task that ended its engine's process before runs alone, so that it cannot
 * use up the attempts of its neighbours. All enter in the order in which they came: one that must be alone would otherwise
 * wait for as long as others keep coming.
 */
export class TaskGate {
  #running = 0;
  #alone = false;
  readonly #waiting: Waiting[] = [];

  async run<T>(alone: boolean, task: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ alone, enter });
      this.#admit();
    });
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#alone = false;
      this.#admit();
    }
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#alone || (next.alone && this.#running > 0)) return;
      this.#waiting.shift();
      this.#running += 1;
      this.#alone = next.alone;
      next.enter();
    }
  }
}
