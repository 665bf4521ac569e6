import { GigascopeError } from '@gigascope/contracts';

/** Ends a list of vertices. */
const NONE = -1;
const FIRST_CAPACITY = 1 << 12;

/**
 * Linked lists of lattice points in three arrays that grow up to `limit` points (12 bytes each) and use freed places again.
 * A list is known by its first point's place. Beyond the limit `add` throws OUT_OF_MEMORY.
 */
export class VertexPool {
  readonly #limit: number;
  #x = new Int32Array(FIRST_CAPACITY);
  #y = new Int32Array(FIRST_CAPACITY);
  #next = new Int32Array(FIRST_CAPACITY);
  #used = 0;
  #free = NONE;
  #live = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Points held now. */
  get live(): number {
    return this.#live;
  }

  /** Adds a point that stands alone, or before `next`; gives its place. */
  add(x: number, y: number, next: number = NONE): number {
    if (this.#live >= this.#limit) throw new GigascopeError('OUT_OF_MEMORY', `outlines of over ${this.#limit} points`);
    const place = this.#takePlace();
    this.#x[place] = x;
    this.#y[place] = y;
    this.#next[place] = next;
    this.#live++;
    return place;
  }

  /** Lets the list that begins at `next` follow `last`, the last point of another. */
  link(last: number, next: number): void {
    this.#next[last] = next;
  }

  /** Takes the list out of the pool as x, y, x, y … */
  takeOut(first: number): Int32Array {
    let count = 1;
    let last = first;
    for (let place = this.#next[first] as number; place !== NONE; place = this.#next[place] as number) {
      count++;
      last = place;
    }
    const points = new Int32Array(2 * count);
    for (let place = first, k = 0; place !== NONE; place = this.#next[place] as number, k += 2) {
      points[k] = this.#x[place] as number;
      points[k + 1] = this.#y[place] as number;
    }
    this.#next[last] = this.#free;
    this.#free = first;
    this.#live -= count;
    return points;
  }

  #takePlace(): number {
    const place = this.#free;
    if (place !== NONE) {
      this.#free = this.#next[place] as number;
      return place;
    }
    if (this.#used === this.#x.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const capacity = 2 * this.#x.length;
    [this.#x, this.#y, this.#next] = [this.#x, this.#y, this.#next].map((old) => {
      const larger = new Int32Array(capacity);
      larger.set(old);
      return larger;
    }) as [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];
  }
}
