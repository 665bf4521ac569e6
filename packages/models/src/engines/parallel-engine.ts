import type { BatchAnswers, Engine, PatchBatch } from './engine.ts';

interface Lane {
  readonly engine: Engine;
  /** Batches that it has. */
  inHand: number;
}

/** Opens `sessions` engines of one network as one; one alone is itself. */
export async function openSideBySide(sessions: number, open: () => Promise<Engine>): Promise<Engine> {
  const opened = await Promise.allSettled(Array.from({ length: sessions }, open));
  const engines = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = opened.find((each) => each.status === 'rejected');
  const [first, ...others] = engines;
  if (failed === undefined && first !== undefined)
    return others.length === 0 ? first : new ParallelEngine([first, ...others]);
  await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
  throw failed?.reason;
}

/**
 * Several engines of the same options as one: each batch goes to the one that has least to do. Threads of one session wait for one
 * another in every layer, which costs much where other threads need the processors, too; sessions of one thread do not.
 */
class ParallelEngine implements Engine {
  readonly description: Engine['description'];
  readonly batchSize: number;
  readonly classes: number;
  readonly patchSizePx: number;
  readonly orientations: 1 | 8;
  readonly runsAtOnce: number;
  readonly #lanes: readonly [Lane, ...Lane[]];

  constructor([first, ...others]: readonly [Engine, ...Engine[]]) {
    this.description = first.description;
    this.batchSize = first.batchSize;
    this.classes = first.classes;
    this.patchSizePx = first.patchSizePx;
    this.orientations = first.orientations;
    this.#lanes = [laneOf(first), ...others.map(laneOf)];
    this.runsAtOnce = this.#lanes.length;
  }

  async infer(batch: PatchBatch): Promise<BatchAnswers> {
    const lane = this.#lanes.reduce((least, other) => (other.inHand < least.inHand ? other : least));
    lane.inHand += 1;
    return await lane.engine.infer(batch).finally(() => {
      lane.inHand -= 1;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lanes.map(({ engine }) => engine[Symbol.asyncDispose]()));
  }
}

function laneOf(engine: Engine): Lane {
  return { engine, inHand: 0 };
}
