import type { Store, TaskAttempt } from '@gigascope/store';

/**
 * Renews the leases of all tasks in hand at a third of their length. One that is no longer ours (canceled, or taken over
 * after a pause) is let run to its end, a block's time at most: fencing keeps it from writing.
 */
export class Leases implements Disposable {
  readonly #tasks: Store['tasks'];
  readonly #leaseMs: number;
  readonly #held = new Map<string, TaskAttempt>();
  readonly #timer: NodeJS.Timeout;
  readonly #onError: (error: unknown) => void;

  constructor(tasks: Store['tasks'], leaseMs: number, onError: (error: unknown) => void) {
    this.#tasks = tasks;
    this.#leaseMs = leaseMs;
    this.#onError = onError;
    this.#timer = setInterval(() => void this.#renew(), leaseMs / 3);
  }

  /** Keeps a claimed task ours until the returned handle is disposed of. */
  hold(task: TaskAttempt): Disposable {
    this.#held.set(task.taskId, { taskId: task.taskId, attempt: task.attempt });
    return { [Symbol.dispose]: () => void this.#held.delete(task.taskId) };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    // Postgres may be away for a moment; the leases then run on.
    await this.#tasks.renew([...this.#held.values()], this.#leaseMs).catch(this.#onError);
  }
}
