/** Lets a loop sleep until it is woken or a time is over. Being woken while not asleep is remembered. */
export class Wake {
  #woken = false;
  #awake: (() => void) | undefined;

  now(): void {
    this.#woken = true;
    this.#awake?.();
  }

  async wait(mostMs: number): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, mostMs);
        this.#awake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#awake = undefined;
    }
    this.#woken = false;
  }
}
