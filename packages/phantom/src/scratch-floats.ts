/** Working memory that is used again for every tile, so that a slide of thousands of tiles leaves no garbage behind. */
export class ScratchFloats {
  readonly #buffers = new Map<string, Float32Array<ArrayBuffer>>();

  /** Gives `length` zeros under a name; what was given under it before is overwritten. */
  take(name: string, length: number): Float32Array<ArrayBuffer> {
    const known = this.#buffers.get(name);
    if (known !== undefined && known.length >= length) return known.subarray(0, length).fill(0);
    const made = new Float32Array(length);
    this.#buffers.set(name, made);
    return made;
  }
}
