import { Worker } from 'node:worker_threads';

export interface IdleLimits {
  /** More than this end. */
  readonly most: number;
  /** So many keep what they hold in memory for their next work, those that came last; `cool` is told to each other one. */
  readonly warm?: number;
  readonly cool?: (thread: Worker) => void;
}

/** Threads of one entry file that wait for their next work, because loading a thread's code may cost more than the work. */
export class IdleThreads implements AsyncDisposable {
  readonly #entry: URL;
  readonly #limits: IdleLimits;
  readonly #idle: Worker[] = [];
  #closed = false;

  constructor(entry: URL, limits: IdleLimits) {
    this.#entry = entry;
    this.#limits = limits;
  }

  /** One that waits, or a new one. It has nobody's listeners. */
  take(): Worker {
    const waiting = this.#idle.pop();
    if (waiting === undefined) return new Worker(this.#entry);
    forgetListeners(waiting);
    return waiting;
  }

  /** Takes back one that has nothing more to do; beyond those that may wait it ends. */
  async giveBack(thread: Worker): Promise<void> {
    forgetListeners(thread);
    const { most, warm = most, cool } = this.#limits;
    if (this.#closed || this.#idle.length >= most) {
      await thread.terminate();
      return;
    }
    this.#idle.push(thread);
    const cooled = this.#idle.at(-1 - warm);
    if (cooled !== undefined) cool?.(cooled);
    const forget = (): void => {
      const at = this.#idle.indexOf(thread);
      if (at !== -1) this.#idle.splice(at, 1);
    };
    thread.on('exit', forget).on('error', forget);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((thread) => thread.terminate()));
  }
}

/** Not those of Node.js's own that start the line to the thread again. */
function forgetListeners(thread: Worker): void {
  for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event);
}
