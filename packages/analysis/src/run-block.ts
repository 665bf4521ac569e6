import { availableParallelism } from 'node:os';
import type { Block, Urgency } from '@gigascope/contracts';
import type { BatchAnswers, Engine } from '@gigascope/models';
import { BatchQueue, type WaitingBatch } from './batch-queue.ts';
import type { PatchBatch, PatchSource } from './patch-source.ts';
import { ReadingTurns } from './reading-turns.ts';
import { Stopwatch } from './stopwatch.ts';
import type { BlockCollector } from './tasks/task.ts';
import { compareUrgency, NO_HURRY } from './urgency.ts';

/** Batches that the engine holds besides those that run: the next is there when one ends. More would only be served in the order they came. */
const BATCHES_READY = 1;

/** One processor is the inference thread's: a reader more than the others takes time from it. */
const SLIDES_READ_AT_ONCE = Math.max(1, availableParallelism() - 1);

interface Ticket {
  readonly urgency: Urgency;
  readonly collector: BlockCollector;
  readonly cells: number;
  remaining: number;
  readonly resolve: (output: Promise<Uint8Array<ArrayBuffer>>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Joins patch sources to an engine: several blocks, of several slides, may be under way, so that the reading of one
 * overlaps the inference of another and a batch may hold patches of both. The most urgent block's patches go first.
 */
export class BlockRunner {
  readonly #engine: Engine;
  readonly #tickets = new Map<number, Ticket>();
  readonly #stopwatch = new Stopwatch();
  readonly #queue: BatchQueue;
  readonly #turns: ReadingTurns;
  #inEngine = 0;
  #nextTicket = 1;
  #patches = 0;

  constructor(engine: Engine, slidesReadAtOnce = SLIDES_READ_AT_ONCE) {
    this.#engine = engine;
    this.#turns = new ReadingTurns(slidesReadAtOnce);
    this.#queue = new BatchQueue(engine.batchSize);
  }

  /** Cells of finished blocks. */
  get patches(): number {
    return this.#patches;
  }

  /** Time during which the engine had at least one batch. */
  get inferenceMs(): number {
    return this.#stopwatch.elapsedMs;
  }

  /** Takes over a source's batches; call once for each source before its first block. */
  attach(source: PatchSource): void {
    source.onBatch = (batch) => {
      this.#queue.add({ batch, urgency: this.#urgencyOf(batch), recycle: (data) => source.recycle(data) });
      this.#feed();
    };
    source.onCut = (ticket) => this.#turns.done(ticket);
    source.onError = (ticket, error) => this.#fail(ticket, error);
  }

  /** Other slides that are less urgent begin no block while `task` reads this one, to plan it. */
  async planning<T>(source: PatchSource, task: () => Promise<T>, urgency: Urgency = NO_HURRY): Promise<T> {
    const ticket = this.#nextTicket++;
    this.#turns.ask(ticket, source, urgency);
    return await task().finally(() => this.#turns.done(ticket));
  }

  /** Infers every tissue cell of a block; gives the block's output as its collector packs it. */
  async runBlock(
    source: PatchSource,
    block: Block,
    collector: BlockCollector,
    urgency: Urgency = NO_HURRY,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const ticket = this.#nextTicket++;
    return await new Promise((resolve, reject) => {
      this.#tickets.set(ticket, {
        urgency,
        collector,
        cells: block.tissueCells,
        remaining: collector.parts,
        resolve,
        reject,
      });
      this.#turns.ask(ticket, source, urgency);
      source.request(ticket, block);
    });
  }

  /** A batch's patches may be of several blocks of one slide. */
  #urgencyOf({ slots, count }: PatchBatch): Urgency {
    let most = NO_HURRY;
    for (let i = 0; i < count; i += 1) {
      const urgency = this.#tickets.get(slots[2 * i] as number)?.urgency;
      if (urgency !== undefined && compareUrgency(urgency, most) < 0) most = urgency;
    }
    return most;
  }

  #feed(): void {
    while (this.#inEngine < this.#engine.runsAtOnce + BATCHES_READY) {
      const next = this.#queue.take();
      if (next === undefined) return;
      this.#inEngine += 1;
      void this.#infer(next).finally(() => {
        this.#inEngine -= 1;
        this.#feed();
      });
    }
  }

  async #infer(waiting: WaitingBatch): Promise<void> {
    const { batch } = waiting;
    const answers = await this.#answer(waiting);
    if (answers === undefined) return;
    answers.forEach((answer, i) => {
      const ticket = batch.slots[2 * i] as number;
      try {
        this.#take(ticket, batch.slots[2 * i + 1] as number, answer);
      } catch (error) {
        this.#fail(ticket, asError(error));
      }
    });
  }

  /** Infers a batch and gives its buffer back; nothing where the engine fails, and then every block of the batch. */
  async #answer({ batch, recycle }: WaitingBatch): Promise<BatchAnswers['answers'] | undefined> {
    const bytes = batch.data.byteLength;
    using _running = this.#stopwatch.start();
    try {
      const { slots: _ours, ...pictures } = batch;
      const { answers, data } = await this.#engine.infer(pictures);
      recycle(data);
      return answers;
    } catch (error) {
      // An engine that failed may have moved the buffer away for good; without one in its place the source would wait for ever.
      recycle(batch.data.byteLength === bytes ? batch.data : new Uint8Array(bytes));
      for (let i = 0; i < batch.count; i += 1) this.#fail(batch.slots[2 * i] as number, asError(error));
      return undefined;
    }
  }

  #take(ticket: number, place: number, answer: Float32Array<ArrayBuffer>): void {
    const entry = this.#tickets.get(ticket);
    if (entry === undefined) return;
    entry.collector.add(place, answer);
    entry.remaining -= 1;
    if (entry.remaining > 0) return;
    this.#tickets.delete(ticket);
    this.#patches += entry.cells;
    entry.resolve(entry.collector.pack());
  }

  #fail(ticket: number, error: Error): void {
    this.#turns.done(ticket);
    this.#tickets.get(ticket)?.reject(error);
    this.#tickets.delete(ticket);
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
