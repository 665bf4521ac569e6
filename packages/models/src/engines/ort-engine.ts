import { GigascopeError } from '@gigascope/contracts';
import type { InferenceSession } from 'onnxruntime-node';
import { averageOrientations } from '../orientations.ts';
import type { BatchAnswers, Engine, PatchBatch } from './engine.ts';
import { batchBytes, type EngineOptions } from './options.ts';
import { splitAnswers } from './split-answers.ts';

type Runtime = typeof import('onnxruntime-node');

/**
 * Opens the model in ONNX Runtime on the calling thread, which every run blocks for its whole length (measured: a
 * 308 ms run is a 309 ms gap in the event loop), so never where HTTP is served or locks are renewed.
 * Throws MODEL_HASH_MISMATCH for a model that the runtime cannot load, OUT_OF_MEMORY.
 */
export async function createOrtEngine(options: EngineOptions): Promise<Engine> {
  // Imported late, so that reading a manifest does not load native code.
  const ort = (await import('onnxruntime-node')) as Runtime & { default?: Runtime };
  const runtime = ort.default ?? ort;
  const provider = options.provider ?? 'cpu';
  if (options.orientations === 8 && options.manifest.task !== 'classify')
    throw new GigascopeError('ARGUMENT_INVALID', 'only classifying models are averaged over 8 orientations');
  const model = options.orientations === 8 ? averageOrientations(options.model) : options.model;
  const session = await runtime.InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Spinning threads would take the cores that decode the slide.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  }).catch((cause: unknown) => {
    throw nativeError(cause, 'MODEL_HASH_MISMATCH');
  });
  return new OrtEngine(runtime, session, provider, options);
}

class OrtEngine implements Engine {
  readonly description: Engine['description'];
  readonly batchSize: number;
  readonly classes: number;
  readonly patchSizePx: number;
  readonly orientations: 1 | 8;
  readonly #ort: Runtime;
  readonly #session: InferenceSession;
  readonly #manifest: EngineOptions['manifest'];
  #running: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(ort: Runtime, session: InferenceSession, provider: string, options: EngineOptions) {
    this.#ort = ort;
    this.#session = session;
    this.#manifest = options.manifest;
    this.batchSize = options.batchSize;
    this.classes = options.manifest.classes.length;
    this.patchSizePx = options.manifest.patchSizePx;
    this.orientations = options.orientations ?? 1;
    this.description = { runtime: `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`, provider };
  }

  async infer(batch: PatchBatch): Promise<BatchAnswers> {
    if (this.#closing !== undefined) throw new GigascopeError('CANCELED', 'the engine is closed');
    checkBatch(batch, this);
    const run = this.#running.then(() => this.#run(batch));
    this.#running = run.catch(() => undefined);
    return await run;
  }

  async #run({ data, count }: PatchBatch): Promise<BatchAnswers> {
    const { input, output } = this.#manifest;
    const shape = [this.batchSize, this.patchSizePx, this.patchSizePx, 3];
    const tensor = new this.#ort.Tensor('uint8', data, shape);
    const results = await this.#session.run({ [input.name]: tensor }, [output.name]).catch((cause: unknown) => {
      throw nativeError(cause, 'INTERNAL');
    });
    return { answers: splitAnswers(results[output.name], this.#manifest, this.batchSize, count), data };
  }

  [Symbol.asyncDispose](): Promise<void> {
    // Releasing a session during its run, or ending the process then, aborts it.
    this.#closing ??= this.#running.then(() => this.#session.release());
    return this.#closing;
  }
}

/** Refuses a batch whose buffer is not exactly one batch long, or whose count does not lie in 1 … batchSize. */
export function checkBatch(batch: PatchBatch, engine: Pick<Engine, 'batchSize' | 'patchSizePx'>): void {
  const expected = batchBytes(engine.batchSize, engine.patchSizePx);
  if (batch.data.length !== expected)
    throw new GigascopeError('ARGUMENT_INVALID', `a batch has ${expected} bytes, not ${batch.data.length}`);
  if (!Number.isInteger(batch.count) || batch.count < 1 || batch.count > engine.batchSize)
    throw new GigascopeError('ARGUMENT_INVALID', `${batch.count} patches in a batch of ${engine.batchSize}`);
}

function nativeError(cause: unknown, otherwise: 'INTERNAL' | 'MODEL_HASH_MISMATCH'): GigascopeError {
  if (cause instanceof GigascopeError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const memory = /bad_alloc|failed to allocate|out of memory/i.test(message);
  return new GigascopeError(memory ? 'OUT_OF_MEMORY' : otherwise, message, { cause });
}
