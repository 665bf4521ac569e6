/** Half-open ranges of a file's bytes. */
export class Ranges {
  #starts: number[] = [];
  #ends: number[] = [];

  add(start: number, end: number): void {
    if (end <= start) return;
    const last = this.#ends.length - 1;
    // Writers lay tiles down in order, on even places.
    if (this.#ends[last] === start || this.#ends[last] === start - 1) this.#ends[last] = end;
    else {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** Start and end of each, ascending and apart. */
  merged(): Float64Array<ArrayBuffer> {
    const order = this.#starts.map((_, index) => index).sort((a, b) => this.#start(a) - this.#start(b));
    const merged: number[] = [];
    for (const index of order) {
      const end = this.#ends[index] as number;
      const before = merged.length - 1;
      if (before > 0 && this.#start(index) <= (merged[before] as number)) {
        merged[before] = Math.max(merged[before] as number, end);
      } else merged.push(this.#start(index), end);
    }
    return Float64Array.from(merged);
  }

  #start(index: number): number {
    return this.#starts[index] as number;
  }
}

/** Whether any byte lies in ranges of both; both as `merged` gives them. */
export function overlap(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if ((a[i + 1] as number) <= (b[j] as number)) i += 2;
    else if ((b[j + 1] as number) <= (a[i] as number)) j += 2;
    else return true;
  }
  return false;
}
