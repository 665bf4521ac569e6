/** Patches that go through the network together: `data` always has room for a whole batch, of which the first `count` are meant. */
export interface PatchBatch {
  /** uint8 [batchSize, patchSizePx, patchSizePx, 3], RGB. The engine owns it until `infer` gives it back. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** Engines for squares only: the wanted cells of the one square, row-major among its k²; without them all. */
  readonly cells?: Int32Array<ArrayBuffer>;
}

export interface BatchAnswers {
  /**
   * The network's answer to each patch, in the order of the patches. classify: [classes] probabilities, of a square
   * [wanted cells, classes]. segment: [classes,
   * outputSizePx, outputSizePx] probabilities. detect: rows of x0, y0, x1, y1 in patch pixels, score and class index.
   */
  readonly answers: readonly Float32Array<ArrayBuffer>[];
  /** The batch's buffer, free for the next batch; it may be another view than the one that was handed over. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * Runs one model on batches of one fixed shape, so that a patch's result does not depend on what shares its batch.
 * `infer` rejects with MODEL_OUTPUT_INVALID, OUT_OF_MEMORY, NATIVE_CRASH, ARGUMENT_INVALID (a buffer of the wrong
 * size) or CANCELED (after the engine was closed). Closing waits for the run in flight.
 */
export interface Engine extends AsyncDisposable {
  /** What a result is stamped with: library and version, execution provider. */
  readonly description: { readonly runtime: string; readonly provider: string };
  readonly batchSize: number;
  readonly classes: number;
  readonly patchSizePx: number;
  readonly orientations: 1 | 8;
  /** Batches that are inferred at the same time; more wait. */
  readonly runsAtOnce: number;
  infer(batch: PatchBatch): Promise<BatchAnswers>;
  [Symbol.asyncDispose](): Promise<void>;
}
