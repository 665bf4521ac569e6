import type { Block } from '@gigascope/contracts';

/** Patches on their way to an engine. The buffer belongs to whoever holds the batch and goes back by `recycle`. */
export interface PatchBatch {
  /** uint8 RGB, NHWC: [batchSize, side, side, 3], patches or squares of them; only the first `count` are set. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** For each two numbers: the ticket of its block, and its place among the block's tissue cells or squares (row-major). */
  readonly slots: Int32Array<ArrayBuffer>;
  /** Of a batch of one square, its wanted cells; otherwise none. */
  readonly cells?: Int32Array<ArrayBuffer>;
}

/** Whoever reads blocks and cuts patches: a reader thread of the engine process, or the calling thread in tests. */
export interface PatchSource {
  /** Cuts the block's patches, which then reach `onBatch` under this ticket, in bounded memory. */
  request(ticket: number, block: Block): void;
  /** Gives a batch's buffer back; without free buffers the source waits. */
  recycle(data: Uint8Array<ArrayBuffer>): void;
  /** true: begin no further block until told otherwise; what has begun is cut to its end. */
  hold(held: boolean): void;
  onBatch: (batch: PatchBatch) => void;
  /** All patches of a block are cut, though perhaps not yet sent. */
  onCut: (ticket: number) => void;
  onError: (ticket: number, error: Error) => void;
}
