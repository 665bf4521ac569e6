import { GigascopeError } from '@gigascope/contracts';
import type { BatchAnswers, Engine, PatchBatch } from './engine.ts';
import type { FromHost, ToHost } from './engine-protocol.ts';
import type { EngineOptions } from './options.ts';
import { checkBatch } from './serial-engine.ts';

/** A thread or a process that runs a model and speaks the protocol. */
export interface EngineHost {
  /** Does nothing once it has ended. */
  send(message: ToHost): void;
  onMessage(listener: (message: FromHost) => void): void;
  /** Called once, when nothing more will come, with the reason; it also is what every waiting call learns. */
  onEnd(listener: (reason: GigascopeError) => void): void;
}

interface Waiting {
  readonly batch: PatchBatch;
  readonly resolve: (answers: BatchAnswers) => void;
  readonly reject: (error: GigascopeError) => void;
}

/** An engine over a thread or process; waits until it is ready. Throws what it refuses the model with. */
export async function engineOver(host: EngineHost, options: EngineOptions): Promise<Engine> {
  const engine = new RemoteEngine(host, options);
  await engine.ready;
  return engine;
}

class RemoteEngine implements Engine {
  description: Engine['description'] = { runtime: 'unknown', provider: 'unknown' };
  readonly batchSize: number;
  readonly classes: number;
  readonly patchSizePx: number;
  readonly orientations: 1 | 8;
  readonly runsAtOnce = 1;
  readonly #host: EngineHost;
  readonly #opened = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #ended: GigascopeError | undefined;
  #closing: Promise<void> | undefined;

  constructor(host: EngineHost, options: EngineOptions) {
    this.#host = host;
    this.batchSize = options.batchSize;
    this.classes = options.manifest.classes.length;
    this.patchSizePx = options.manifest.patchSizePx;
    this.orientations = options.orientations ?? 1;
    host.onMessage((message) => this.#receive(message));
    host.onEnd((reason) => {
      this.#end(this.#closing === undefined ? reason : new GigascopeError('CANCELED', 'the engine is closed'));
      this.#exited.resolve();
    });
  }

  get ready(): Promise<void> {
    return this.#opened.promise;
  }

  async infer(batch: PatchBatch): Promise<BatchAnswers> {
    if (this.#closing !== undefined) throw new GigascopeError('CANCELED', 'the engine is closed');
    if (this.#ended !== undefined) throw this.#ended;
    checkBatch(batch, this);
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<BatchAnswers>();
    this.#waiting.set(id, { batch, resolve, reject });
    this.#host.send({ kind: 'infer', id, ...batch });
    return await promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // Asked, not ended: native code that is ended during a run aborts its whole process.
    this.#host.send({ kind: 'close' });
    await this.#exited.promise;
  }

  #receive(message: FromHost): void {
    switch (message.kind) {
      case 'ready':
        this.description = message.description;
        this.#opened.resolve();
        break;
      case 'refused':
        this.#end(new GigascopeError(message.error.code, message.error.detail));
        break;
      case 'inferred': {
        const waiting = this.#take(message.id);
        waiting?.resolve({
          answers: unpack(message.values, message.lengths),
          data: message.data ?? waiting.batch.data,
        });
        break;
      }
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

  /** Nothing more will come: the first reason given is what every waiting call learns. */
  #end(reason: GigascopeError): void {
    this.#ended ??= reason;
    this.#opened.reject(this.#ended);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
  }
}

/** The answers as views of the one array that they came over in. */
function unpack(values: Float32Array<ArrayBuffer>, lengths: readonly number[]): Float32Array<ArrayBuffer>[] {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return values.subarray(end - length, end);
  });
}
