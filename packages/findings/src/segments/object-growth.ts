import { growObjects } from './grow-objects.ts';
import type { MaskStrip } from './segment-tracer.ts';

/** Rows of context above and below, so that the two legs of one object are known as one unless they meet farther away. */
const CONTEXT_ROWS = 64;

/**
 * Grows the objects of a class mask by `growPx` into the background, each up to the middle between it and its neighbour, where
 * one pixel stays background so that they remain apart (`growObjects`). A grown pixel is as probable as the object's pixel that it
 * grew from: the network itself was taught that it is none. Takes strips from top to bottom and gives strips of the same mask, some
 * rows later. Why? A network that is taught nuclei less their rim parts those that touch; the rim is given back here.
 * Memory: a strip and its context.
 */
export class ObjectGrowth {
  readonly #width: number;
  readonly #growPx: number;
  #classes = new Uint8Array();
  #probabilities = new Float32Array();
  /** Rows at the buffer's top that were given out already and are context only. */
  #givenRows = 0;

  constructor(widthPx: number, growPx: number) {
    this.#width = widthPx;
    this.#growPx = growPx;
  }

  /** Takes the next rows and gives those that are settled; there may be none. */
  add(strip: MaskStrip): MaskStrip {
    if (this.#growPx === 0) return strip;
    this.#classes = joined(this.#classes, strip.classes, Uint8Array);
    this.#probabilities = joined(this.#probabilities, strip.probabilities, Float32Array);
    return this.#give(this.#classes.length / this.#width - CONTEXT_ROWS);
  }

  /** Gives the rest. */
  finish(): MaskStrip {
    return this.#give(this.#classes.length / this.#width);
  }

  #give(untilRow: number): MaskStrip {
    const width = this.#width;
    const from = this.#givenRows;
    if (untilRow <= from) return { classes: new Uint8Array(), probabilities: new Float32Array() };
    const [begin, end] = [from * width, untilRow * width];
    const strip = { classes: this.#classes.slice(begin, end), probabilities: this.#probabilities.slice(begin, end) };
    const owners = growObjects(this.#classes, width, this.#growPx);
    for (let at = begin; at < end; at++) {
      const owner = owners[at] as number;
      if (owner === -1 || owner === at) continue;
      strip.classes[at - begin] = this.#classes[owner] as number;
      strip.probabilities[at - begin] = this.#probabilities[owner] as number;
    }
    const dropped = Math.max(0, untilRow - CONTEXT_ROWS);
    this.#classes = this.#classes.slice(dropped * width);
    this.#probabilities = this.#probabilities.slice(dropped * width);
    this.#givenRows = untilRow - dropped;
    return strip;
  }
}

function joined<A extends Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(
  first: A,
  second: ArrayLike<number>,
  Kind: new (length: number) => A,
): A {
  const all = new Kind(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
