import { Worker } from 'node:worker_threads';
import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import type { BatchAnswers, Engine, PatchBatch } from './engine.ts';
import type { EngineOptions } from './options.ts';
import { checkBatch } from './ort-engine.ts';
import type { FromThread, ToThread } from './ort-thread-protocol.ts';

/**
 * Opens the model in a thread of its own, so that runs do not block the caller's event loop. A batch's buffer is
 * transferred and comes back as another view of the same memory; the caller's view is empty meanwhile.
 */
export async function createOrtThreadEngine(options: EngineOptions): Promise<Engine> {
  const worker = new Worker(new URL('./ort-thread-worker.ts', import.meta.url), { workerData: options });
  return await engineOverThread(worker, options);
}

/** An engine over any thread that speaks the protocol; waits until it is ready. */
export async function engineOverThread(worker: Worker, options: EngineOptions): Promise<Engine> {
  const engine = new ThreadEngine(worker, options);
  await engine.ready;
  return engine;
}

interface Waiting {
  readonly resolve: (answers: BatchAnswers) => void;
  readonly reject: (error: GigascopeError) => void;
}

class ThreadEngine implements Engine {
  description: Engine['description'] = { runtime: 'onnxruntime-node', provider: 'cpu' };
  readonly batchSize: number;
  readonly classes: number;
  readonly patchSizePx: number;
  readonly orientations: 1 | 8;
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #exited: Promise<unknown>;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #ended: GigascopeError | undefined;
  #closing: Promise<void> | undefined;

  constructor(worker: Worker, options: EngineOptions) {
    this.#worker = worker;
    this.batchSize = options.batchSize;
    this.classes = options.manifest.classes.length;
    this.patchSizePx = options.manifest.patchSizePx;
    this.orientations = options.orientations ?? 1;
    const opened = Promise.withResolvers<void>();
    this.ready = opened.promise;
    this.#exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.on('message', (message: FromThread) => this.#receive(message, opened));
    worker.on('error', (cause) => this.#end(threadError(cause), opened));
    worker.on('exit', (code) =>
      this.#end(
        this.#closing === undefined
          ? new GigascopeError('NATIVE_CRASH', `the inference thread ended with ${code}`)
          : new GigascopeError('CANCELED', 'the engine is closed'),
        opened,
      ),
    );
  }

  async infer(batch: PatchBatch): Promise<BatchAnswers> {
    if (this.#closing !== undefined) throw new GigascopeError('CANCELED', 'the engine is closed');
    if (this.#ended !== undefined) throw this.#ended;
    checkBatch(batch, this);
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<BatchAnswers>();
    this.#waiting.set(id, { resolve, reject });
    const message: ToThread = { kind: 'infer', id, data: batch.data, count: batch.count };
    this.#worker.postMessage(message, [batch.data.buffer]);
    return await promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // Not terminate(): ending a thread during a run aborts the whole process.
    this.#worker.postMessage({ kind: 'close' } satisfies ToThread);
    await this.#exited;
  }

  #receive(message: FromThread, opened: PromiseWithResolvers<void>): void {
    switch (message.kind) {
      case 'ready':
        this.description = message.description;
        opened.resolve();
        break;
      case 'refused':
        this.#end(new GigascopeError(message.error.code, message.error.detail), opened);
        break;
      case 'inferred':
        this.#take(message.id)?.resolve({ answers: unpack(message.values, message.lengths), data: message.data });
        break;
      case 'failed':
        this.#take(message.id)?.reject(new GigascopeError(message.error.code, message.error.detail));
        break;
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** Nothing more will come from the thread: the first reason given is what every waiting call learns. */
  #end(reason: GigascopeError, opened: PromiseWithResolvers<void>): void {
    this.#ended ??= reason;
    opened.reject(this.#ended);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
  }
}

/** The answers as views of the one array that they came over in. */
function unpack(values: Float32Array<ArrayBuffer>, lengths: readonly number[]): Float32Array<ArrayBuffer>[] {
  let begin = 0;
  return lengths.map((length) => {
    const answer = values.subarray(begin, begin + length);
    begin += length;
    return answer;
  });
}

function threadError(cause: unknown): GigascopeError {
  const outOfHeap = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return outOfHeap ? new GigascopeError('OUT_OF_MEMORY', undefined, { cause }) : toGigascopeError(cause);
}
