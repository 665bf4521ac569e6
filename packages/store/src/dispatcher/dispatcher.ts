import { setTimeout as sleep } from 'node:timers/promises';
import type { GigascopeError } from '@gigascope/contracts';
import { toDatabaseError } from '../database-error.ts';
import type { Store } from '../open-store.ts';
import type { TaskQueue } from '../queue/task-queue.ts';
import { TASKS_CHANNEL } from '../repositories/append-event.ts';
import { expireLeases } from './expire-leases.ts';
import { LeaderLock } from './leader-lock.ts';
import { pickTasks, type QueuedTask, queuedTasks } from './pick-tasks.ts';
import { queuePriority } from './queue-priority.ts';
import { Wake } from './wake.ts';

/** Looks without being woken, for a heartbeat that made room or a notification that was lost. */
const IDLE_MS = 1_000;
/** Many notifications in a row make one look. */
const PAUSE_MS = 5;
/** Another process leads, or something is out of reach: how soon we try again. */
const CANDIDATE_MS = 1_000;
const REPAIR_EVERY_MS = 2_000;
/** A task queued for longer is added again; where its job is still there, that does nothing. */
const LOST_AFTER_MS = 5_000;
/** After an outage of Postgres workers get this long to renew what ran out meanwhile. */
const GRACE_MS = 5_000;

export type DispatcherReport =
  | { readonly kind: 'leading' }
  | { readonly kind: 'queued'; readonly count: number }
  | { readonly kind: 'expired'; readonly count: number }
  | { readonly kind: 'error'; readonly error: GigascopeError };

export interface DispatcherOptions {
  /** Of role 'dispatcher'. Two connections come on top of its pool: the leader's lock and its listener. */
  readonly store: Store;
  readonly queue: TaskQueue;
  readonly onReport?: (report: DispatcherReport) => void;
}

export interface Dispatcher extends AsyncDisposable {
  /** Begins to run for leader and to work once it leads. */
  start(): void;
  /** Gives the lead up after the step in hand. */
  stop(): Promise<void>;
}

/**
 * Moves waiting tasks into the queue while there is room, and repairs: tasks whose worker is gone, tasks whose job the queue
 * lost. Every worker process runs one; one of them leads. It survives outages of Postgres and of the queue.
 */
export function createDispatcher({ store, queue, onReport = () => {} }: DispatcherOptions): Dispatcher {
  const loop = new DispatcherLoop(store, queue, onReport);
  return { start: () => loop.start(), stop: () => loop.stop(), [Symbol.asyncDispose]: () => loop.stop() };
}

class DispatcherLoop {
  readonly #store: Store;
  readonly #queue: TaskQueue;
  readonly #report: (report: DispatcherReport) => void;
  readonly #lock: LeaderLock;
  readonly #wake = new Wake();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #leadingSince: number | undefined;
  #repairedAt = 0;
  /** Tasks were marked queued and could not be added; all queued ones are added again once the queue answers. */
  #owing = true;

  constructor(store: Store, queue: TaskQueue, report: (report: DispatcherReport) => void) {
    this.#store = store;
    this.#queue = queue;
    this.#report = report;
    this.#lock = new LeaderLock(store.connection, 'dispatcher');
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.now();
    await this.#running;
    await this.#lock[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    using _subscription = this.#store.listener.on(TASKS_CHANNEL, () => this.#wake.now());
    while (!this.#stop.signal.aborted) {
      const leading = await this.#step().catch((error) => {
        this.#report({ kind: 'error', error: toDatabaseError(error) });
        return false;
      });
      if (leading) await this.#wake.wait(IDLE_MS);
      await sleep(leading ? PAUSE_MS : CANDIDATE_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  /** Answers whether this process leads. */
  async #step(): Promise<boolean> {
    if (!this.#lock.held) this.#leadingSince = undefined;
    if (!(await this.#lock.acquire())) return false;
    if (this.#leadingSince === undefined) {
      this.#leadingSince = Date.now();
      this.#owing = true;
      this.#report({ kind: 'leading' });
    }
    await this.#repair(this.#leadingSince);
    const picked = await pickTasks(this.#store.connection);
    this.#owing ||= picked.length > 0;
    await this.#add(picked);
    this.#owing = false;
    if (picked.length > 0) this.#report({ kind: 'queued', count: picked.length });
    return true;
  }

  async #repair(leadingSince: number): Promise<void> {
    const now = Date.now();
    if (this.#owing) await this.#add(await queuedTasks(this.#store.connection, 0));
    this.#owing = false;
    if (now - this.#repairedAt < REPAIR_EVERY_MS) return;
    this.#repairedAt = now;
    if (now - leadingSince > GRACE_MS) {
      const count = await expireLeases(this.#store.connection);
      if (count > 0) this.#report({ kind: 'expired', count });
    }
    await this.#add(await queuedTasks(this.#store.connection, LOST_AFTER_MS));
  }

  async #add(tasks: readonly QueuedTask[]): Promise<void> {
    for (const task of tasks) await this.#queue.add(task, queuePriority(task));
  }
}
