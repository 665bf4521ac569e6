import type { Block } from '@gigascope/contracts';

/** Finished blocks of one analysis, kept so that a stopped run goes on where it was. */
export interface Checkpoints {
  /** Predictions of the blocks that an earlier run with the same stamp finished, by block index. */
  load(): Promise<ReadonlyMap<number, Float32Array<ArrayBuffer>>>;
  /** Durable when it returns. */
  save(block: Block, predictions: Float32Array<ArrayBuffer>): Promise<void>;
  /** Forgets everything; called when the result is written. */
  clear(): Promise<void>;
}
