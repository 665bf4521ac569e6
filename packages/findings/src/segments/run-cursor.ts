import type { Region } from './region.ts';
import type { RowRuns } from './row-runs.ts';

/** Walks along a row's runs and tells what lies left and right of a column's left side. */
export class RunCursor {
  readonly #runs: RowRuns;
  #k = 0;
  /** The run that holds pixel x − 1, or −1. */
  #left = -1;
  /** The run that holds pixel x, or −1. */
  #right = -1;
  /** The next column, beyond the last x, at whose left side something changes; Infinity after the last. */
  next: number;

  constructor(runs: RowRuns) {
    this.#runs = runs;
    this.next = runs.count > 0 ? (runs.starts[0] as number) : Number.POSITIVE_INFINITY;
  }

  /** x never decreases. */
  moveTo(x: number): void {
    const { starts, ends, count } = this.#runs;
    let k = this.#k;
    while (k < count && (ends[k] as number) < x) k++;
    this.#k = k;
    this.#left = k < count && (starts[k] as number) < x ? k : -1;
    if (k < count && ends[k] === x) k++;
    const inside = k < count && (starts[k] as number) <= x;
    this.#right = inside ? k : -1;
    this.next = k < count ? ((inside ? ends[k] : starts[k]) as number) : Number.POSITIVE_INFINITY;
  }

  /** Class of pixel x − 1; 0 is background. */
  get leftClass(): number {
    return this.#left < 0 ? 0 : (this.#runs.classes[this.#left] as number);
  }

  /** Class of pixel x. */
  get rightClass(): number {
    return this.#right < 0 ? 0 : (this.#runs.classes[this.#right] as number);
  }

  get leftRegion(): Region | undefined {
    return this.#left < 0 ? undefined : this.#runs.regions[this.#left];
  }

  get rightRegion(): Region | undefined {
    return this.#right < 0 ? undefined : this.#runs.regions[this.#right];
  }
}
