import { Worker } from 'node:worker_threads';

/** Loading a thread's code costs more than a small slide: these wait for the next one. */
const MAX_IDLE = 2;

/** Threads that hold one slide open at a time, one slide after the other. */
export class ReaderThreads implements AsyncDisposable {
  readonly #idle: Worker[] = [];

  take(): Worker {
    const waiting = this.#idle.pop();
    if (waiting === undefined) return new Worker(new URL('./slide-thread.worker.ts', import.meta.url));
    forgetListeners(waiting);
    return waiting;
  }

  /** Takes back a thread whose slide is closed. */
  async giveBack(thread: Worker): Promise<void> {
    forgetListeners(thread);
    if (this.#idle.length >= MAX_IDLE) {
      await thread.terminate();
      return;
    }
    this.#idle.push(thread);
    const forget = (): void => {
      const at = this.#idle.indexOf(thread);
      if (at !== -1) this.#idle.splice(at, 1);
    };
    thread.on('exit', forget).on('error', forget);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((thread) => thread.terminate()));
  }
}

/** Not those of Node.js's own that start the line to the thread again. */
function forgetListeners(thread: Worker): void {
  for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event);
}
