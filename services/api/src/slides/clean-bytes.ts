import type { CleanPlan } from '@gigascope/contracts';

/**
 * The bytes of a clean copy from `start` on, out of the file's own bytes from there on: what is not kept is zero, whatever
 * the file holds, and what is written anew stands in its place. In the memory of a chunk.
 */
export async function* cleanBytes(
  source: AsyncIterable<Uint8Array>,
  start: number,
  { kept, patches }: Pick<CleanPlan, 'kept' | 'patches'>,
): AsyncGenerator<Buffer> {
  let at = start;
  let range = firstEndingAfter(kept, start);
  for await (const chunk of source) {
    const clean = Buffer.alloc(chunk.length);
    const end = at + chunk.length;
    while (range < kept.length && (kept[range] as number) < end) {
      const from = Math.max(at, kept[range] as number);
      const to = Math.min(end, kept[range + 1] as number);
      clean.set(chunk.subarray(from - at, to - at), from - at);
      if ((kept[range + 1] as number) > end) break;
      range += 2;
    }
    for (const { offset, bytes } of patches) {
      const from = Math.max(at, offset);
      const to = Math.min(end, offset + bytes.length);
      if (to > from) clean.set(bytes.subarray(from - offset, to - offset), from - at);
    }
    yield clean;
    at = end;
  }
}

/** Index of the first range that ends behind a place; ranges are ascending. */
function firstEndingAfter(kept: Float64Array, place: number): number {
  let [low, high] = [0, kept.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((kept[2 * middle + 1] as number) <= place) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}
