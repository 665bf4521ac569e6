import { type Block, squareSidePx } from '@gigascope/contracts';
import {
  CanvasMemory,
  cutSquare,
  forgetSpareTiles,
  type PatchGrid,
  readBlock,
  type SlideReader,
  wantedPart,
} from '@gigascope/tiling';
import type { PatchSource } from './patch-source.ts';
import { squaresOf } from './squares.ts';

export interface PatchCutterOptions {
  readonly reader: SlideReader;
  readonly grid: PatchGrid;
  /** 1 where a cell is wanted; row-major [rows, columns] of the whole grid. */
  readonly tissueCells: Uint8Array;
  /** Cells along the side of what is cut: 1 for patches. */
  readonly squareCells?: number;
  /** 1 for squares of several cells. */
  readonly batchSize: number;
  /** Batches that may be on their way at once: the bound of this stage's memory, and how far reading runs ahead. */
  readonly buffers: number;
}

/** Of this thread, which stays for the next slide: a cutter takes one while it works. */
const spareMemory: CanvasMemory[] = [];

/** Gives up what this thread keeps for the next slide: some 80 MB, which it would have to be given again. */
export function forgetSpareMemory(): void {
  spareMemory.length = 0;
  forgetSpareTiles();
}

/**
 * Reads each block once, cuts its patches (or squares of several) and packs those of successive blocks into full batches.
 * A batch goes out partly filled only when no further block has been asked for.
 */
export class PatchCutter implements PatchSource {
  readonly #options: PatchCutterOptions;
  readonly #squareCells: number;
  readonly #squareBytes: number;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  readonly #queue: { ticket: number; block: Block }[] = [];
  #buffersMade = 0;
  #waiting: ((buffer: Uint8Array<ArrayBuffer>) => void) | undefined;
  #open: { data: Uint8Array<ArrayBuffer>; slots: number[]; cells?: Int32Array<ArrayBuffer> } | undefined;
  #working = false;
  #held = false;
  #readMs = 0;

  onBatch: PatchSource['onBatch'] = () => {};
  onCut: PatchSource['onCut'] = () => {};
  onError: PatchSource['onError'] = () => {};

  constructor(options: PatchCutterOptions) {
    this.#options = options;
    this.#squareCells = options.squareCells ?? 1;
    this.#squareBytes = squareSidePx(options.grid, this.#squareCells) ** 2 * 3;
  }

  /** Time spent reading, resampling and padding blocks so far. */
  get readMs(): number {
    return this.#readMs;
  }

  request(ticket: number, block: Block): void {
    this.#queue.push({ ticket, block });
    if (!this.#working && !this.#held) void this.#work();
  }

  hold(held: boolean): void {
    this.#held = held;
    if (!held && !this.#working && this.#queue.length > 0) void this.#work();
  }

  recycle(data: Uint8Array<ArrayBuffer>): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#free.push(data);
    else waiting(data);
  }

  async #work(): Promise<void> {
    this.#working = true;
    const memory = spareMemory.pop() ?? new CanvasMemory();
    while (!this.#held) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      try {
        await this.#cut(next.ticket, next.block, memory);
        this.onCut(next.ticket);
      } catch (error) {
        this.onError(next.ticket, error instanceof Error ? error : new Error(String(error)));
      }
      if (this.#queue.length === 0) this.#send();
    }
    spareMemory.push(memory);
    this.#working = false;
  }

  async #cut(ticket: number, block: Block, memory: CanvasMemory): Promise<void> {
    const { reader, grid, tissueCells } = this.#options;
    const began = performance.now();
    const part = wantedPart(grid, tissueCells, block);
    const canvas = await readBlock(reader, grid, part, { memory, cells: tissueCells });
    this.#readMs += performance.now() - began;
    const squares = squaresOf(block, tissueCells, grid.columns, this.#squareCells);
    for (const [place, { colHeat, rowHeat, cells }] of squares.entries()) {
      this.#open ??= { data: await this.#buffer(), slots: [] };
      const offset = (this.#open.slots.length / 2) * this.#squareBytes;
      cutSquare(canvas, colHeat, rowHeat, this.#squareCells, this.#open.data, offset);
      this.#open.slots.push(ticket, place);
      if (this.#squareCells > 1) this.#open.cells = cells;
      if (this.#open.slots.length === this.#options.batchSize * 2) this.#send();
    }
  }

  #send(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { data, slots, ...square } = open;
    this.onBatch({ data, count: slots.length / 2, slots: Int32Array.from(slots), ...square });
  }

  async #buffer(): Promise<Uint8Array<ArrayBuffer>> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#buffersMade < this.#options.buffers) {
      this.#buffersMade += 1;
      return new Uint8Array(this.#options.batchSize * this.#squareBytes);
    }
    return await new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}
