import type { Urgency } from '@gigascope/contracts';
import type { PatchBatch } from './patch-source.ts';
import { compareUrgency } from './urgency.ts';

/** A batch that waits for the engine, and who its buffer goes back to. */
export interface WaitingBatch {
  readonly batch: PatchBatch;
  readonly urgency: Urgency;
  readonly recycle: (data: Uint8Array<ArrayBuffer>) => void;
}

/**
 * Batches of all open slides on their way to one engine, after S³DNN (Zhou et al., RTAS 2018): the most urgent goes first, and
 * among equals the one that came first. A run costs the same however full its batch is, so one that is partly filled takes in
 * the pictures of others that are; full batches are never opened, and no picture is copied for a run that is full anyway.
 */
export class BatchQueue {
  readonly #batchSize: number;
  #waiting: WaitingBatch[] = [];

  /** Pictures in a full batch. */
  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  add(waiting: WaitingBatch): void {
    const behind = this.#waiting.findLastIndex(({ urgency }) => compareUrgency(urgency, waiting.urgency) <= 0);
    this.#waiting.splice(behind + 1, 0, waiting);
  }

  /** The next batch to run, filled up as far as there is something to fill it with. */
  take(): WaitingBatch | undefined {
    const next = this.#waiting.shift();
    if (next === undefined || next.batch.count === this.#batchSize) return next;
    let { batch } = next;
    this.#waiting = this.#waiting.filter((other) => {
      const room = this.#batchSize - batch.count;
      if (room === 0 || other.batch.count === this.#batchSize || other.batch.count > room) return true;
      batch = join(batch, other.batch, this.#batchSize);
      other.recycle(other.batch.data);
      return false;
    });
    return { ...next, batch };
  }
}

/** Copies `other`'s pictures behind those of `batch`, in the buffer of `batch`. */
function join(batch: PatchBatch, other: PatchBatch, batchSize: number): PatchBatch {
  const pictureBytes = batch.data.length / batchSize;
  batch.data.set(other.data.subarray(0, other.count * pictureBytes), batch.count * pictureBytes);
  const slots = new Int32Array(2 * (batch.count + other.count));
  slots.set(batch.slots);
  slots.set(other.slots, batch.slots.length);
  return { data: batch.data, count: batch.count + other.count, slots };
}
