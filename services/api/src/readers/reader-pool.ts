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

/** Quick ones, of which a process is sent the next before it has answered: so it never waits for this process. */
const TILES: ReadonlySet<Method> = new Set(['tile', 'nativeTile']);
const TILES_AT_ONCE = 4;

interface Slot {
  client: ServiceClient<Protocol> | undefined;
  path: string | undefined;
  running: number;
  /** Only tiles of `path` run, and the process did not crash under any of them. */
  takesTiles: boolean;
  /** Ends with the last of the requests that are tried again. */
  retries: Promise<unknown>;
}

interface Asked {
  readonly method: Method;
  readonly path: string;
}

interface Waiting extends Asked {
  readonly take: (slot: Slot) => void;
  readonly refuse: (error: GigascopeError) => void;
}

/**
 * Processes that open slides, one request at a time each, or a few tiles of one slide: a hostile slide ends its own requests
 * only. After a crash each is tried once more in a fresh process, one after the other, so that a process ended from outside is
 * not noticed and a tile that ends its process takes no other with it.
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
    this.#slots = Array.from({ length: options.size }, newSlot);
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
    const slot = await this.#acquire({ method, path: request.path }, signal);
    try {
      const startedMs = performance.now();
      return await this.#attempt(slot, method, request).catch((error: unknown) => {
        const tookMs = performance.now() - startedMs;
        if (!isCrash(error) || tookMs > this.#options.timeoutMs / 2) throw error;
        const retry = slot.retries.then(() => this.#attempt(slot, method, request));
        slot.retries = retry.catch(() => {});
        return retry;
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
    if (this.#closed) throw new GigascopeError('CANCELED');
    const client =
      slot.client ?? new ServiceClient(READER_ENTRY, readerProtocol, { timeoutMs: this.#options.timeoutMs });
    slot.client = client;
    try {
      return await client.call(method, request);
    } catch (error) {
      if (isCrash(error) && slot.client === client) {
        slot.client = undefined;
        slot.takesTiles = false;
        void client[Symbol.asyncDispose]();
      }
      throw error;
    }
  }

  /** A free process, before all the one that has the slide open; else one that is at tiles of this slide. */
  async #acquire(asked: Asked, signal: AbortSignal | undefined): Promise<Slot> {
    if (this.#closed || signal?.aborted === true) throw new GigascopeError('CANCELED');
    const at = Math.max(
      0,
      this.#free.findIndex((slot) => slot.path === asked.path),
    );
    const [free] = this.#free.splice(at, 1);
    // Nobody is overtaken: a process that is always sent more of one slide would never come to the others.
    const slot = free ?? (this.#waiting.size === 0 ? this.#slots.find((each) => fits(each, asked)) : undefined);
    if (slot !== undefined) return taken(slot, asked);
    if (this.#waiting.size >= this.#options.maxWaiting) throw new GigascopeError('BUSY');
    return await new Promise<Slot>((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.delete(waiting);
        reject(new GigascopeError('CANCELED'));
      };
      const waiting: Waiting = {
        ...asked,
        take: (slot) => {
          signal?.removeEventListener('abort', giveUp);
          resolve(taken(slot, asked));
        },
        refuse: reject,
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(waiting);
    });
  }

  #release(slot: Slot): void {
    slot.running--;
    for (const next of this.#waiting) {
      if (!fits(slot, next)) break;
      this.#waiting.delete(next);
      next.take(slot);
    }
    if (slot.running === 0) this.#free.push(slot);
  }
}

function newSlot(): Slot {
  return { client: undefined, path: undefined, running: 0, takesTiles: false, retries: Promise.resolve() };
}

function fits({ running, takesTiles, path }: Slot, asked: Asked): boolean {
  return running === 0 || (takesTiles && running < TILES_AT_ONCE && asked.path === path && TILES.has(asked.method));
}

function taken(slot: Slot, { method, path }: Asked): Slot {
  if (slot.running === 0) slot.takesTiles = TILES.has(method);
  slot.path = path;
  slot.running++;
  return slot;
}

function isCrash(error: unknown): boolean {
  return error instanceof GigascopeError && error.code === 'NATIVE_CRASH';
}
