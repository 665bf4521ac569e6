/** Finds things by place: each lies in the bucket of its reference point. Things may be added while it is in use. */
export class BucketIndex<T extends { readonly xL0: number; readonly yL0: number }> {
  readonly #pitchPx: number;
  readonly #buckets = new Map<string, T[]>();

  constructor(pitchPx: number) {
    this.#pitchPx = pitchPx;
  }

  add(item: T): void {
    const key = `${Math.floor(item.xL0 / this.#pitchPx)},${Math.floor(item.yL0 / this.#pitchPx)}`;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, [item]);
    else bucket.push(item);
  }

  /** All things whose reference point lies in [x0, x1] × [y0, y1], and some around it. Any two come in the same order whatever is asked. */
  near(x0: number, y0: number, x1: number, y1: number): readonly T[] {
    const found: T[] = [];
    for (let row = Math.floor(y0 / this.#pitchPx); row * this.#pitchPx <= y1; row++) {
      for (let column = Math.floor(x0 / this.#pitchPx); column * this.#pitchPx <= x1; column++) {
        const bucket = this.#buckets.get(`${column},${row}`);
        if (bucket !== undefined) for (const item of bucket) found.push(item);
      }
    }
    return found;
  }
}
