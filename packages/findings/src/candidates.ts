const WORDS = 4;
const BUCKETS = 65536;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Sorts cells by value, the highest first; equal values keep the order in which the cells are given.
 *
 * The values of the cells must be ≥ 0 and not NaN. A radix sort over the 64 bits of the number, whose order as
 * integers is that of non-negative doubles: 4 million cells take well under a second, a comparator's sort several.
 */
export function sortByValueDescending(
  values: Float32Array | Float64Array,
  cells: Uint32Array<ArrayBuffer>,
): Uint32Array<ArrayBuffer> {
  const count = cells.length;
  const keys = new Float64Array(count);
  for (let k = 0; k < count; k++) keys[k] = (values[cells[k] as number] as number) + 0; // −0 becomes 0
  const words = new Uint16Array(keys.buffer); // [count, WORDS]
  let order = Uint32Array.from({ length: count }, (_, k) => k);
  let next = new Uint32Array(count);
  const ends = new Uint32Array(BUCKETS);
  for (let word = 0; word < WORDS; word++) {
    const column = LITTLE_ENDIAN ? word : WORDS - 1 - word;
    ends.fill(0);
    for (let k = 0; k < count; k++) {
      const bucket = words[k * WORDS + column] as number;
      ends[bucket] = (ends[bucket] as number) + 1;
    }
    let begin = 0;
    for (let bucket = BUCKETS - 1; bucket >= 0; bucket--) {
      const size = ends[bucket] as number;
      ends[bucket] = begin;
      begin += size;
    }
    for (let k = 0; k < count; k++) {
      const item = order[k] as number;
      const bucket = words[item * WORDS + column] as number;
      const place = ends[bucket] as number;
      next[place] = item;
      ends[bucket] = place + 1;
    }
    [order, next] = [next, order];
  }
  return order.map((item) => cells[item] as number);
}
