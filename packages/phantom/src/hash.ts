/** Scrambles 32 bits; the finaliser of MurmurHash3 (Appleby, public domain). */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hashes a lattice point; the same seed and point give the same 32 bits wherever and in whatever order it is asked. */
export function hashPoint(seed: number, x: number, y: number): number {
  const first = Math.imul((seed ^ Math.imul(x, 0x9e3779b1)) | 0, 0x85ebca6b);
  return mix32((first ^ (first >>> 15)) + Math.imul(y, 0xc2b2ae3d));
}

/** Draws the n-th number in [0, 1) that belongs to a hash. */
export function unit(hash: number, n: number): number {
  return mix32(hash + Math.imul(n + 1, 0x9e3779b9)) / 4294967296;
}

/** A seeded stream of numbers for everything that is laid out once, before drawing. */
export class RandomStream {
  #state: number;

  constructor(seed: number) {
    this.#state = mix32(seed ^ 0x5bf03635);
  }

  /** The next number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mix32(this.#state) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number of 32 bits, to seed something else with. */
  seed(): number {
    return Math.floor(this.next() * 4294967296);
  }
}
