import type { Block } from '@gigascope/contracts';
import type { BatchAnswers, Engine } from '@gigascope/models';
import type { PatchBatch, PatchSource } from './patch-source.ts';
import { Stopwatch } from './stopwatch.ts';
import type { BlockCollector } from './tasks/task.ts';

interface Ticket {
  readonly collector: BlockCollector;
  readonly cells: number;
  remaining: number;
  readonly resolve: (output: Promise<Uint8Array<ArrayBuffer>>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Joins patch sources to an engine: several blocks, of several slides, may be under way, so that the reading of one
 * overlaps the inference of another and a batch may hold patches of both.
 */
export class BlockRunner {
  readonly #engine: Engine;
  readonly #tickets = new Map<number, Ticket>();
  readonly #stopwatch = new Stopwatch();
  #nextTicket = 1;
  #patches = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
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
    source.onBatch = (batch) => void this.#infer(source, batch);
    source.onError = (ticket, error) => this.#fail(ticket, error);
  }

  /** Infers every tissue cell of a block; gives the block's output as its collector packs it. */
  async runBlock(source: PatchSource, block: Block, collector: BlockCollector): Promise<Uint8Array<ArrayBuffer>> {
    const ticket = this.#nextTicket++;
    return await new Promise((resolve, reject) => {
      this.#tickets.set(ticket, { collector, cells: block.tissueCells, remaining: collector.parts, resolve, reject });
      source.request(ticket, block);
    });
  }

  async #infer(source: PatchSource, batch: PatchBatch): Promise<void> {
    const answers = await this.#answer(source, batch);
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
  async #answer(source: PatchSource, batch: PatchBatch): Promise<BatchAnswers['answers'] | undefined> {
    const bytes = batch.data.byteLength;
    using _running = this.#stopwatch.start();
    try {
      const { answers, data } = await this.#engine.infer({ data: batch.data, count: batch.count });
      source.recycle(data);
      return answers;
    } catch (error) {
      // An engine that failed may have moved the buffer away for good; without one in its place the source would wait for ever.
      source.recycle(batch.data.byteLength === bytes ? batch.data : new Uint8Array(bytes));
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
    this.#tickets.get(ticket)?.reject(error);
    this.#tickets.delete(ticket);
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
