import { GigascopeError } from '@gigascope/contracts';
import type { BatchAnswers, Engine, PatchBatch } from './engine.ts';
import { batchBytes, type EngineOptions } from './options.ts';
import { answerOfSquare, type OutputTensor, splitAnswers } from './split-answers.ts';

/** What a runtime does for an engine: one run at a time, and its end. */
export interface Runs {
  readonly description: Engine['description'];
  /**
   * The model's output for a whole run, uint8 [N, patchSizePx, patchSizePx, 3]; N is the batch's size, or that halved. `cells`: of a
   * square, those wanted; otherwise none.
   */
  run(
    data: Uint8Array<ArrayBuffer>,
    shape: readonly [number, number, number, 3],
    cells: Int32Array<ArrayBuffer>,
  ): Promise<OutputTensor | undefined>;
  /** Never called during a run. */
  release(): Promise<void>;
}

/** An engine on the calling thread over any runtime: checks batches and answers, runs them one after the other. */
export class SerialEngine implements Engine {
  readonly description: Engine['description'];
  readonly batchSize: number;
  readonly classes: number;
  readonly patchSizePx: number;
  readonly orientations: 1 | 8;
  readonly runsAtOnce = 1;
  readonly #runs: Runs;
  readonly #manifest: EngineOptions['manifest'];
  readonly #allCells: Int32Array<ArrayBuffer>;
  /** Pictures of one run: a batch's or, once the memory did not suffice for it, half of that, and so on. */
  #runSize: number;
  #running: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(runs: Runs, options: EngineOptions) {
    this.#runs = runs;
    this.#manifest = options.manifest;
    const { square } = options.manifest;
    this.#allCells = Int32Array.from({ length: square === undefined ? 0 : square.cells ** 2 }, (_, cell) => cell);
    this.description = runs.description;
    this.batchSize = options.batchSize;
    this.#runSize = options.batchSize;
    this.classes = options.manifest.classes.length;
    this.patchSizePx = options.manifest.patchSizePx;
    this.orientations = options.orientations ?? 1;
  }

  async infer(batch: PatchBatch): Promise<BatchAnswers> {
    if (this.#closing !== undefined) throw new GigascopeError('CANCELED', 'the engine is closed');
    checkBatch(batch, this);
    const run = this.#running.then(() => this.#run(batch));
    this.#running = run.catch(() => undefined);
    return await run;
  }

  async #run({ data, count, cells }: PatchBatch): Promise<BatchAnswers> {
    for (;;) {
      try {
        return { answers: await this.#inRuns(data, count, cells ?? this.#allCells), data };
      } catch (error) {
        const isMemory = error instanceof GigascopeError && error.code === 'OUT_OF_MEMORY';
        if (!isMemory || this.#runSize % 2 !== 0) throw error;
        this.#runSize /= 2;
      }
    }
  }

  async #inRuns(
    data: Uint8Array<ArrayBuffer>,
    count: number,
    cells: Int32Array<ArrayBuffer>,
  ): Promise<Float32Array<ArrayBuffer>[]> {
    const [size, pictureBytes] = [this.#runSize, batchBytes(1, this.patchSizePx)];
    const answers: Float32Array<ArrayBuffer>[] = [];
    for (let first = 0; first < count; first += size) {
      const part = data.subarray(first * pictureBytes, (first + size) * pictureBytes);
      const output = await this.#runs.run(part, [size, this.patchSizePx, this.patchSizePx, 3], cells);
      const meant = Math.min(size, count - first);
      if (this.#manifest.square === undefined) answers.push(...splitAnswers(output, this.#manifest, size, meant));
      else answers.push(answerOfSquare(output, this.#manifest, this.#manifest.square, cells));
    }
    return answers;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#running.then(() => this.#runs.release());
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

/** Only classifiers are averaged over orientations; ARGUMENT_INVALID for others. */
export function requireOrientable({ orientations, manifest }: EngineOptions): void {
  if (orientations === 8 && manifest.task !== 'classify')
    throw new GigascopeError('ARGUMENT_INVALID', 'only classifying models are averaged over 8 orientations');
}
