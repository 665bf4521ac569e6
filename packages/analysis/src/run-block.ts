import type { Block } from '@gigascope/contracts';
import type { Engine } from '@gigascope/models';
import type { PatchBatch, PatchSource } from './patch-source.ts';
import { Stopwatch } from './stopwatch.ts';

interface Ticket {
  readonly predictions: Float32Array<ArrayBuffer>;
  remaining: number;
  readonly resolve: (predictions: Float32Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Joins patch sources to an engine: several blocks, of several slides, may be under way, so that the reading of one
 * overlaps the inference of another and a batch may hold patches of both.
 */
export class BlockRunner {
  readonly #engine: Engine;
  readonly #positiveIndex: number;
  readonly #tickets = new Map<number, Ticket>();
  readonly #stopwatch = new Stopwatch();
  #nextTicket = 1;
  #patches = 0;

  /** `positiveIndex` is the class whose probability becomes the heatmap. */
  constructor(engine: Engine, positiveIndex: number) {
    this.#engine = engine;
    this.#positiveIndex = positiveIndex;
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

  /**
   * Predicts every tissue cell of a block.
   * @returns probability of the positive class for each tissue cell in row-major order.
   */
  async runBlock(source: PatchSource, block: Block): Promise<Float32Array<ArrayBuffer>> {
    const ticket = this.#nextTicket++;
    return await new Promise((resolve, reject) => {
      const predictions = new Float32Array(block.tissueCells);
      this.#tickets.set(ticket, { predictions, remaining: block.tissueCells, resolve, reject });
      source.request(ticket, block);
    });
  }

  async #infer(source: PatchSource, batch: PatchBatch): Promise<void> {
    const bytes = batch.data.byteLength;
    try {
      using _running = this.#stopwatch.start();
      const { probabilities, data } = await this.#engine.infer({ data: batch.data, count: batch.count });
      source.recycle(data);
      this.#patches += batch.count;
      for (let i = 0; i < batch.count; i += 1) {
        const probability = probabilities[i * this.#engine.classes + this.#positiveIndex] as number;
        this.#store(batch.slots[2 * i] as number, batch.slots[2 * i + 1] as number, probability);
      }
    } catch (error) {
      // An engine that failed may have moved the buffer away for good; without one in its place the source would wait for ever.
      source.recycle(batch.data.byteLength === bytes ? batch.data : new Uint8Array(bytes));
      const cause = error instanceof Error ? error : new Error(String(error));
      for (let i = 0; i < batch.count; i += 1) this.#fail(batch.slots[2 * i] as number, cause);
    }
  }

  #store(ticket: number, place: number, probability: number): void {
    const entry = this.#tickets.get(ticket);
    if (entry === undefined) return;
    entry.predictions[place] = probability;
    entry.remaining -= 1;
    if (entry.remaining > 0) return;
    this.#tickets.delete(ticket);
    entry.resolve(entry.predictions);
  }

  #fail(ticket: number, error: Error): void {
    this.#tickets.get(ticket)?.reject(error);
    this.#tickets.delete(ticket);
  }
}
