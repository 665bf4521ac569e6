import type { Block } from '@gigascope/contracts';
import type { Engine } from '@gigascope/models';
import type { PatchBatch, PatchSource } from './patch-source.ts';
import { Stopwatch } from './stopwatch.ts';
import type { BlockCollector } from './tasks/task.ts';

interface Ticket {
  readonly collector: BlockCollector;
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
      this.#tickets.set(ticket, { collector, remaining: block.tissueCells, resolve, reject });
      source.request(ticket, block);
    });
  }

  async #infer(source: PatchSource, batch: PatchBatch): Promise<void> {
    const bytes = batch.data.byteLength;
    try {
      using _running = this.#stopwatch.start();
      const { answers, data } = await this.#engine.infer({ data: batch.data, count: batch.count });
      source.recycle(data);
      this.#patches += batch.count;
      answers.forEach((answer, i) => {
        this.#take(batch.slots[2 * i] as number, batch.slots[2 * i + 1] as number, answer);
      });
    } catch (error) {
      // An engine that failed may have moved the buffer away for good; without one in its place the source would wait for ever.
      source.recycle(batch.data.byteLength === bytes ? batch.data : new Uint8Array(bytes));
      const cause = error instanceof Error ? error : new Error(String(error));
      for (let i = 0; i < batch.count; i += 1) this.#fail(batch.slots[2 * i] as number, cause);
    }
  }

  #take(ticket: number, place: number, answer: Float32Array<ArrayBuffer>): void {
    const entry = this.#tickets.get(ticket);
    if (entry === undefined) return;
    entry.collector.add(place, answer);
    entry.remaining -= 1;
    if (entry.remaining > 0) return;
    this.#tickets.delete(ticket);
    entry.resolve(entry.collector.pack());
  }

  #fail(ticket: number, error: Error): void {
    this.#tickets.get(ticket)?.reject(error);
    this.#tickets.delete(ticket);
  }
}
