import type { ProbabilityMap } from './heatmap.ts';

/**
 * Ten equally spaced colours of magma (S. van der Walt and N. Smith, matplotlib 2015, released under CC0 1.0), from
 * probability 0 to 1: its lightness rises evenly, so it reads the same in grey print and for colour-blind people.
 */
const MAGMA = [
  0x000004, 0x180f3e, 0x451077, 0x721f81, 0x9f2f7f, 0xcd4071, 0xf1605d, 0xfd9567, 0xfec98d, 0xfcfdbf,
] as const;

/** The same colours as CSS, for a colour scale. */
export const MAGMA_CSS: readonly string[] = MAGMA.map((rgb) => `#${rgb.toString(16).padStart(6, '0')}`);

/**
 * Paints a map, one pixel per cell, as interleaved 8-bit RGBA (not premultiplied, row-major).
 * Cells off tissue (NaN) are transparent black; the opacity of the others, 0 … 1, follows from their probability.
 */
export function colourHeatmap(
  { values }: ProbabilityMap,
  opacityOf: (probability: number) => number = () => 1,
): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(values.length * 4);
  for (let cell = 0; cell < values.length; cell++) {
    const probability = values[cell] as number;
    if (Number.isNaN(probability)) continue;
    const position = Math.min(1, Math.max(0, probability)) * (MAGMA.length - 1);
    const below = Math.min(MAGMA.length - 2, Math.floor(position));
    const from = MAGMA[below] as number;
    const to = MAGMA[below + 1] as number;
    for (let channel = 0; channel < 3; channel++) {
      const shift = 16 - 8 * channel;
      const [a, b] = [(from >> shift) & 255, (to >> shift) & 255];
      rgba[cell * 4 + channel] = Math.round(a + (b - a) * (position - below));
    }
    rgba[cell * 4 + 3] = Math.round(255 * opacityOf(probability));
  }
  return rgba;
}
