import { setTimeout as sleep } from 'node:timers/promises';
import { GigascopeError } from '@gigascope/contracts';
import type { TaskAttempt } from '../rows.ts';
import type { BullCarrier, BullQueue } from './bull-carrier.ts';
import { BullConsumer } from './bull-consumer.ts';
import { closeSoon } from './close-soon.ts';
import type { ProcessOptions, QueueCounts, TaskConsumer, TaskHandler, TaskQueue } from './task-queue.ts';

/** The queue of tasks on BullMQ. */
export class BullTaskQueue implements TaskQueue {
  readonly #carrier: BullCarrier;
  readonly #onError: (error: Error) => void;
  readonly #consumers = new Set<TaskConsumer>();
  #queue: Promise<BullQueue> | undefined;

  constructor(carrier: BullCarrier, onError: (error: Error) => void) {
    this.#carrier = carrier;
    this.#onError = onError;
  }

  async waitUntilReady(timeoutMs: number): Promise<void> {
    await Promise.race([this.#open(), sleep(timeoutMs, undefined, { ref: false })]).catch(() => {});
  }

  async add({ taskId, attempt }: TaskAttempt, priority: number): Promise<void> {
    await this.#call((queue) =>
      queue.add(
        'task',
        { taskId, attempt },
        { jobId: `${taskId}-${attempt}`, priority, attempts: 1, removeOnComplete: true, removeOnFail: true },
      ),
    );
  }

  process(handler: TaskHandler, { concurrency }: ProcessOptions): TaskConsumer {
    const consumer = new BullConsumer(this.#carrier, handler, concurrency, this.#onError);
    this.#consumers.add(consumer);
    return consumer;
  }

  async counts(): Promise<QueueCounts> {
    const found = await this.#call((queue) => queue.getJobCounts('wait', 'prioritized', 'delayed', 'active'));
    const { active = 0, ...rest } = found;
    return { active, waiting: Object.values(rest).reduce((sum, count) => sum + count, 0) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    const queue = this.#queue;
    this.#queue = undefined;
    if (queue !== undefined) await queue.then(closeSoon, () => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One that could not be reached is forgotten: BullMQ remembers for ever that its first connection failed. */
  #open(): Promise<BullQueue> {
    if (this.#queue === undefined) {
      const opened = this.#carrier.queue(this.#onError);
      this.#queue = opened;
      opened.catch(() => {
        if (this.#queue === opened) this.#queue = undefined;
      });
    }
    return this.#queue;
  }

  async #call<T>(work: (queue: BullQueue) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open());
    } catch (error) {
      throw new GigascopeError('QUEUE_UNAVAILABLE', undefined, { cause: error });
    }
  }
}
