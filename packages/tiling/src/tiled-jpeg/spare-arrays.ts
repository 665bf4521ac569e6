/**
 * Keeps arrays that are done with, up to a number of bytes, and hands them out again with old bytes in them.
 * Why? Fresh memory for each tile means page faults and garbage collection beside its decoding.
 */
export class SpareArrays {
  readonly #maxBytes: number;
  readonly #arrays: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** An array of exactly this length, the one given back last of those there are. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const at = this.#arrays.findLastIndex(({ length }) => length === bytes);
    if (at < 0) return new Uint8Array(bytes);
    this.#bytes -= bytes;
    return this.#arrays.splice(at, 1)[0] as Uint8Array<ArrayBuffer>;
  }

  /** Takes an array over; those given back longest ago make room for it. */
  giveBack(data: Uint8Array<ArrayBuffer>): void {
    if (data.length > this.#maxBytes) return;
    this.#arrays.push(data);
    this.#bytes += data.length;
    while (this.#bytes > this.#maxBytes) this.#bytes -= (this.#arrays.shift() as Uint8Array).length;
  }

  clear(): void {
    this.#arrays.length = 0;
    this.#bytes = 0;
  }
}
