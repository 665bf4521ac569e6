import { Worker } from 'node:worker_threads';
import type { PatchSource } from '@gigascope/analysis';
import { type AnalysisPlan, type Block, GigascopeError } from '@gigascope/contracts';
import type { FromSlideThread, SlideThreadData, ToSlideThread } from './thread-messages.ts';

/** A slide that a reader thread of this process holds open; its patches arrive in transferred buffers. */
export class SlideThread implements PatchSource, AsyncDisposable {
  readonly #worker: Worker;
  readonly #exited: Promise<unknown>;
  readonly #ready: Promise<AnalysisPlan | null>;
  /** Every block asked for: what the thread still owes when it ends is told as failed. */
  readonly #tickets = new Set<number>();
  #readMs = 0;
  #ended: GigascopeError | undefined;

  onBatch: PatchSource['onBatch'] = () => {};
  onError: PatchSource['onError'] = () => {};

  constructor(data: SlideThreadData) {
    this.#worker = new Worker(new URL('./slide-thread.worker.ts', import.meta.url), { workerData: data });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.on('error', (error) => {
        this.#ended ??= threadError(error);
      });
      this.#worker.on('exit', () => {
        this.#ended ??= new GigascopeError('CANCELED');
        reject(this.#ended);
        for (const ticket of this.#tickets) this.onError(ticket, this.#ended);
      });
      this.#worker.on('message', (message: FromSlideThread) => {
        if (message.kind === 'planned') resolve(message.plan);
        else if (message.kind === 'opened') resolve(null);
        else if (message.kind === 'failed') reject(new GigascopeError(message.error.code, message.error.detail));
        else this.#take(message);
      });
    });
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#send({ kind: 'stop' });
    await this.#exited;
  }

  #send(message: ToSlideThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  #take(message: Extract<FromSlideThread, { kind: 'batch' | 'block-failed' }>): void {
    if (message.kind === 'batch') {
      this.#readMs = message.readMs;
      this.onBatch(message.batch);
    } else {
      this.onError(message.ticket, new GigascopeError(message.error.code, message.error.detail));
    }
  }
}

/** What ends a thread by itself: its heap's limit, or a fault of ours. */
function threadError(error: Error): GigascopeError {
  const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return new GigascopeError(isMemory ? 'OUT_OF_MEMORY' : 'INTERNAL', error.message, { cause: error });
}
