import { GigascopeError, readerProtocol } from '@gigascope/contracts';
import { ServiceClient } from '@gigascope/processes';
import type { z } from 'zod';
import { MemoryGuard } from './memory-guard.ts';

const READER_ENTRY = new URL('../../../reader/src/main.ts', import.meta.url);

type Protocol = typeof readerProtocol;
type Method = 'probe' | 'quality' | 'tile' | 'scaled' | 'associated' | 'deidentify' | 'nativeTiles' | 'nativeTile';
type Request<M extends Method> = z.input<Protocol[M]['request']>;
type Reply<M extends Method> = z.output<Protocol[M]['reply']>;

export interface ReaderPoolOptions {
  /** Processes, each started with its first request. */
  readonly size: number;
  /** A request that takes longer ends its process (NATIVE_CRASH). */
  readonly timeoutMs: number;
  /** Requests that may wait for a process; one more is refused (BUSY). */
  readonly maxWaiting: number;
  readonly maxMemoryBytes: number;
}

interface Slot {
  client: ServiceClient<Protocol> | undefined;
  path: string | undefined;
}

interface Waiting {
  readonly take: (slot: Slot) => void;
  readonly refuse: (error: GigascopeError) => void;
}

/**
 * Processes that open slides, one request at a time each: a hostile slide ends its own request only. After a crash the
 * request is tried once more in a fresh process, so that a process ended from outside is not noticed.
 */
export class ReaderPool implements AsyncDisposable {
  readonly #options: ReaderPoolOptions;
  readonly #slots: readonly Slot[];
  readonly #free: Slot[];
  readonly #waiting = new Set<Waiting>();
  readonly #guard: MemoryGuard;
  #closed = false;

  constructor(options: ReaderPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.size }, () => ({ client: undefined, path: undefined }));
    this.#free = [...this.#slots];
    this.#guard = new MemoryGuard(() => this.pids, options.maxMemoryBytes);
  }

  get pids(): readonly number[] {
    return this.#slots.flatMap(({ client }) => (client?.pid === undefined ? [] : [client.pid]));
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Asks a reader's process about the slide `request.path`. A request whose `signal` aborts while it waits is given up.
   * @throws GigascopeError what the reader threw; BUSY, NATIVE_CRASH or CANCELED.
   */
  async call<M extends Method>(method: M, request: Request<M>, signal?: AbortSignal): Promise<Reply<M>> {
    const slot = await this.#acquire(request.path, signal);
    try {
      const startedMs = performance.now();
      return await this.#attempt(slot, method, request).catch((error: unknown) => {
        const crashed = error instanceof GigascopeError && error.code === 'NATIVE_CRASH' && !this.#closed;
        const tookMs = performance.now() - startedMs;
        if (!crashed || tookMs > this.#options.timeoutMs / 2) throw error;
        return this.#attempt(slot, method, request);
      });
    } finally {
      this.#release(slot);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#guard[Symbol.dispose]();
    for (const { refuse } of this.#waiting) refuse(new GigascopeError('CANCELED'));
    this.#waiting.clear();
    await Promise.all(this.#slots.map(async ({ client }) => client?.[Symbol.asyncDispose]()));
  }

  async #attempt<M extends Method>(slot: Slot, method: M, request: Request<M>): Promise<Reply<M>> {
    const client =
      slot.client ?? new ServiceClient(READER_ENTRY, readerProtocol, { timeoutMs: this.#options.timeoutMs });
    slot.client = client;
    slot.path = request.path;
    try {
      return await client.call(method, request);
    } catch (error) {
      if (error instanceof GigascopeError && error.code === 'NATIVE_CRASH') {
        slot.client = undefined;
        void client[Symbol.asyncDispose]();
      }
      throw error;
    }
  }

  /** A free process, before all the one that has the slide open. */
  async #acquire(path: string, signal: AbortSignal | undefined): Promise<Slot> {
    if (this.#closed || signal?.aborted === true) throw new GigascopeError('CANCELED');
    const at = Math.max(
      0,
      this.#free.findIndex((slot) => slot.path === path),
    );
    const [free] = this.#free.splice(at, 1);
    if (free !== undefined) return free;
    if (this.#waiting.size >= this.#options.maxWaiting) throw new GigascopeError('BUSY');
    return await new Promise<Slot>((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.delete(waiting);
        reject(new GigascopeError('CANCELED'));
      };
      const waiting: Waiting = {
        take: (slot) => {
          signal?.removeEventListener('abort', giveUp);
          resolve(slot);
        },
        refuse: reject,
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(waiting);
    });
  }

  #release(slot: Slot): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free.push(slot);
      return;
    }
    this.#waiting.delete(next);
    next.take(slot);
  }
}
