import type { Block } from '@gigascope/contracts';

/** Finished blocks of one analysis, kept so that a stopped run goes on where it was. */
export interface Checkpoints {
  /** Outputs of those of the blocks that an earlier run with the same stamp finished, by block index. */
  load(blocks: readonly Block[]): Promise<ReadonlyMap<number, Uint8Array<ArrayBuffer>>>;
  /** Durable when it returns. */
  save(block: Block, output: Uint8Array<ArrayBuffer>): Promise<void>;
}
