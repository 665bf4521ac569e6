import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import type { ClaimedTask, TaskAttempt, TaskConsumer, TaskQueue } from '@gigascope/store';
import type { Logger } from 'pino';
import { Leases } from './leases.ts';
import { runTask, type TaskContext } from './run-task.ts';
import { TaskGate } from './task-gate.ts';
import { writePatiently } from './write-patiently.ts';

export interface SupervisorOptions extends Omit<TaskContext, 'stopping'> {
  readonly queue: TaskQueue;
  readonly log: Logger;
  readonly capacity: number;
  readonly leaseMs: number;
}

const BEAT_MS = 3000;
/** How long tasks in hand may take to end after a stop; then they are handed back. */
const STOP_MS = 8000;

/** Takes tasks from the queue, keeps their leases, runs them, and decides what becomes of those that fail. */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions;
  readonly #id = randomUUID();
  readonly #gate = new TaskGate();
  readonly #leases: Leases;
  readonly #consumer: TaskConsumer;
  readonly #beat: NodeJS.Timeout;
  readonly #inHand = new Map<string, TaskAttempt>();
  readonly #stop = new AbortController();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { store, queue, log, capacity, leaseMs } = options;
    this.#leases = new Leases(store.tasks, leaseMs, (error) =>
      log.warn({ code: toGigascopeError(error).code }, 'lease'),
    );
    this.#consumer = queue.process((job) => this.#handle(job), { concurrency: capacity });
    this.#beat = setInterval(() => void this.#sayAlive(), BEAT_MS);
    void this.#sayAlive();
  }

  /** Takes nothing more, gives tasks in hand a moment, hands the rest back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#beat);
    const closed = this.#consumer.close();
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, STOP_MS))]);
    for (const attempt of this.#inHand.values()) await this.#options.store.tasks.handBack(attempt).catch(() => false);
    await this.#options.engines[Symbol.asyncDispose]();
    await this.#options.finishes[Symbol.asyncDispose]();
    await closed;
    this.#leases[Symbol.dispose]();
    await this.#options.store.workers.leave(this.#id).catch(() => {});
  }

  async #sayAlive(): Promise<void> {
    const { store, capacity, log } = this.#options;
    const worker = { id: this.#id, host: hostname(), pid: process.pid, capacity };
    await store.workers.beat(worker).catch((error) => log.warn({ code: toGigascopeError(error).code }, 'heartbeat'));
  }

  async #handle({ taskId }: TaskAttempt): Promise<void> {
    const { store, leaseMs, log } = this.#options;
    if (this.#stop.signal.aborted) return;
    const task = await store.tasks.claim(taskId, { workerId: this.#id, leaseMs }).catch((error) => {
      // The job is lost with this; the dispatcher sees a queued task without a job and adds another.
      log.warn({ taskId, code: toGigascopeError(error).code }, 'claim');
      return null;
    });
    if (task === null) return;
    using _lease = this.#leases.hold(task);
    this.#inHand.set(taskId, task);
    try {
      await this.#gate.run(task.failures > 0, () => this.#run(task));
    } catch (cause) {
      await this.#fail(task, toGigascopeError(cause));
    } finally {
      this.#inHand.delete(taskId);
    }
  }

  async #run(task: ClaimedTask): Promise<void> {
    const { signal } = this.#stop;
    // It may have waited at the gate until now.
    if (signal.aborted) throw new GigascopeError('CANCELED');
    await runTask({ ...this.#options, stopping: signal }, task);
  }

  async #fail(task: ClaimedTask, error: GigascopeError): Promise<void> {
    const { store, log } = this.#options;
    const { signal } = this.#stop;
    log.warn({ taskId: task.taskId, attempt: task.attempt, kind: task.kind, code: error.code }, 'task failed');
    // Neither our stop nor an outage of Postgres is the task's fault.
    const blameless = signal.aborted || error.code === 'CANCELED' || error.code === 'DATABASE_UNAVAILABLE';
    const end = (): Promise<boolean> =>
      blameless ? store.tasks.handBack(task) : store.tasks.fail(task, error.code, error.detail ?? null);
    await writePatiently(end, signal).catch((cause) =>
      log.warn({ code: toGigascopeError(cause).code }, 'the lease will run out'),
    );
  }
}
