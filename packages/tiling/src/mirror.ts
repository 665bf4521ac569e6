/** For target pixels from `start` on, the slide's pixel that each one shows, and the range [low, high) of those. */
export interface Mirror {
  readonly index: Int32Array;
  readonly low: number;
  readonly high: number;
}

/** Mirrors `length` target pixels from `start` on into a slide of `slidePx`; the pixels at its border are not repeated. */
export function mirrored(start: number, length: number, slidePx: number): Mirror {
  const index = new Int32Array(length);
  // A slide of one pixel has period 0 and replicates.
  const period = Math.max(1, 2 * (slidePx - 1));
  let low = slidePx;
  let high = 0;
  for (let i = 0; i < length; i++) {
    const wrapped = (((start + i) % period) + period) % period;
    const at = slidePx === 1 ? 0 : Math.min(wrapped, period - wrapped);
    index[i] = at;
    low = Math.min(low, at);
    high = Math.max(high, at + 1);
  }
  return { index, low, high };
}
