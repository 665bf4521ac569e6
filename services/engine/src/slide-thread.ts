import type { Worker } from 'node:worker_threads';
import type { PatchSource } from '@gigascope/analysis';
import { type AnalysisPlan, type Block, GigascopeError, type RgbImage } from '@gigascope/contracts';
import type { ReaderThreads } from './reader-threads.ts';
import type { FromSlideThread, PatchRequest, SlideThreadData, ToSlideThread } from './thread-messages.ts';

/** A slide that a reader thread of this process holds open; its patches arrive in transferred buffers. */
export class SlideThread implements PatchSource, AsyncDisposable {
  readonly #threads: ReaderThreads;
  readonly #worker: Worker;
  /** The thread is free again, or gone: true, or false. */
  readonly #left: Promise<boolean>;
  readonly #ready: Promise<AnalysisPlan | null>;
  /** Every block asked for: what the thread still owes when it ends is told as failed. */
  readonly #tickets = new Set<number>();
  readonly #patches = new Map<number, PromiseWithResolvers<RgbImage>>();
  #nextPatch = 0;
  #readMs = 0;
  #ended: GigascopeError | undefined;

  onBatch: PatchSource['onBatch'] = () => {};
  onCut: PatchSource['onCut'] = () => {};
  onError: PatchSource['onError'] = () => {};

  constructor(threads: ReaderThreads, data: SlideThreadData) {
    this.#threads = threads;
    this.#worker = threads.take();
    this.#left = new Promise((resolve) => {
      this.#worker.once('exit', () => resolve(false));
      this.#worker.on('message', ({ kind }: FromSlideThread) => kind === 'closed' && resolve(true));
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.on('error', (error) => {
        this.#ended ??= threadError(error);
      });
      void this.#left.then(() => {
        this.#ended ??= new GigascopeError('CANCELED');
        reject(this.#ended);
        for (const ticket of this.#tickets) this.onError(ticket, this.#ended);
        for (const patch of this.#patches.values()) patch.reject(this.#ended);
      });
      this.#worker.on('message', (message: FromSlideThread) => {
        if (message.kind === 'planned') resolve(message.plan);
        else if (message.kind === 'opened') resolve(null);
        else if (message.kind === 'failed') reject(new GigascopeError(message.error.code, message.error.detail));
        else if (message.kind !== 'closed') this.#take(message);
      });
    });
    this.#send({ kind: 'begin', data });
  }

  /** Time that the thread has spent on reading, resampling and padding. */
  get readMs(): number {
    return this.#readMs;
  }

  /** Waits until blocks may be asked for: the plan that the thread made, null if it was given one. Rejects when the slide cannot be opened or planned. */
  async ready(): Promise<AnalysisPlan | null> {
    return await this.#ready;
  }

  request(ticket: number, block: Block): void {
    if (this.#ended !== undefined) {
      this.onError(ticket, this.#ended);
    } else {
      this.#tickets.add(ticket);
      this.#send({ kind: 'request', ticket, block });
    }
  }

  recycle(data: Uint8Array<ArrayBuffer>): void {
    this.#send({ kind: 'recycle', data }, [data.buffer]);
  }

  hold(held: boolean): void {
    this.#send({ kind: 'hold', held });
  }

  /** Cuts the patch of one cell alone, with a margin: an image of (patchSizePx + 2 · marginPx)². */
  async patch(request: PatchRequest): Promise<RgbImage> {
    if (this.#ended !== undefined) throw this.#ended;
    const id = this.#nextPatch++;
    const waiting = Promise.withResolvers<RgbImage>();
    this.#patches.set(id, waiting);
    this.#send({ kind: 'patch', id, ...request });
    return await waiting.promise.finally(() => this.#patches.delete(id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#send({ kind: 'stop' });
    if (await this.#left) await this.#threads.giveBack(this.#worker);
  }

  #send(message: ToSlideThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  #take(message: Exclude<FromSlideThread, { kind: 'planned' | 'opened' | 'failed' | 'closed' }>): void {
    switch (message.kind) {
      case 'batch':
        this.#readMs = message.readMs;
        this.onBatch(message.batch);
        break;
      case 'block-cut':
        this.onCut(message.ticket);
        break;
      case 'block-failed':
        this.onError(message.ticket, new GigascopeError(message.error.code, message.error.detail));
        break;
      case 'patch':
        this.#patches.get(message.id)?.resolve(message.image);
        break;
      case 'patch-failed':
        this.#patches.get(message.id)?.reject(new GigascopeError(message.error.code, message.error.detail));
        break;
    }
  }
}

/** What ends a thread by itself: its heap's limit, or a fault of ours. */
function threadError(error: Error): GigascopeError {
  const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return new GigascopeError(isMemory ? 'OUT_OF_MEMORY' : 'INTERNAL', error.message, { cause: error });
}
