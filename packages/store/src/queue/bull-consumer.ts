import { setTimeout as sleep } from 'node:timers/promises';
import type { BullCarrier, BullWorker, Processor } from './bull-carrier.ts';
import { closeSoon } from './close-soon.ts';
import type { TaskConsumer, TaskHandler } from './task-queue.ts';

const RETRY_MS = 500;

/** BullMQ's worker, with the handlers in hand known, so that closing waits for them and for nothing else. */
export class BullConsumer implements TaskConsumer {
  #worker: BullWorker | undefined;
  readonly #processor: Processor;
  readonly #stop = new AbortController();
  readonly #inHand = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;

  constructor(carrier: BullCarrier, handler: TaskHandler, concurrency: number, onError: (error: Error) => void) {
    this.#processor = async ({ data: { taskId, attempt } }, _token, signal) => {
      // Fetched while this was closing: let it go, the dispatcher finds that the task has no job and adds it again.
      if (this.#closed !== undefined) throw new Error('the consumer is closing');
      const work = handler({ taskId, attempt }, signal ?? new AbortController().signal);
      this.#inHand.add(work);
      try {
        await work;
      } finally {
        this.#inHand.delete(work);
      }
    };
    this.#open(carrier, concurrency, onError).catch(onError);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#stop.abort();
    await this.#worker?.pause(true);
    while (this.#inHand.size > 0) await Promise.allSettled(this.#inHand);
    if (this.#worker !== undefined) await closeSoon(this.#worker);
  }

  /** A worker that was made while Postgres was away never recovers, so another one is made until one is ready. */
  async #open(carrier: BullCarrier, concurrency: number, onError: (error: Error) => void): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const worker = carrier.worker(this.#processor, concurrency);
      worker.on('error', onError);
      this.#worker = worker;
      try {
        return await worker.waitUntilReady().then(() => {});
      } catch {
        if (signal.aborted) return;
        await closeSoon(worker);
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}
