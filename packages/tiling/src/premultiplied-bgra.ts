/**
 * Lays premultiplied BGRA pixels over an opaque colour and writes RGB.
 *
 * Each channel is round(c + background · (255 − alpha) / 255), halves upwards, at most 255. `bgra` holds `pixels` · 4 bytes
 * at a multiple of 4 of its buffer, in memory order B, G, R, A (cairo ARGB32 on a little-endian machine); RGB is written
 * from `intoOffset` on. One pass: this is the only place that touches every decoded pixel in JavaScript.
 */
export function flattenBgra(
  bgra: Uint8Array,
  background: readonly [number, number, number],
  into: Uint8Array,
  intoOffset = 0,
): void {
  const aligned = bgra.byteOffset % 4 === 0 ? bgra : bgra.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >>> 2);
  const [red, green, blue] = background;
  let out = intoOffset;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    if (word >= 0xff000000) {
      into[out] = (word >>> 16) & 255;
      into[out + 1] = (word >>> 8) & 255;
      into[out + 2] = word & 255;
    } else {
      const gap = 255 - (word >>> 24);
      into[out] = Math.min(255, ((word >>> 16) & 255) + share(red, gap));
      into[out + 1] = Math.min(255, ((word >>> 8) & 255) + share(green, gap));
      into[out + 2] = Math.min(255, (word & 255) + share(blue, gap));
    }
    out += 3;
  }
}

/** round(colour · gap / 255) in whole numbers. */
function share(colour: number, gap: number): number {
  return Math.floor((2 * colour * gap + 255) / 510);
}
