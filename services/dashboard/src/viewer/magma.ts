import type { FloatMap } from './npy.ts';

/**
 * Ten equally spaced colours of magma (S. van der Walt and N. Smith, matplotlib 2015, CC0 1.0), probability 0 to 1; the
 * same ones as in the files that an analysis leaves. Its lightness rises evenly: readable in grey and by colour-blind people.
 */
const MAGMA: readonly (readonly [number, number, number])[] = [
  [0x00, 0x00, 0x04],
  [0x18, 0x0f, 0x3e],
  [0x45, 0x10, 0x77],
  [0x72, 0x1f, 0x81],
  [0x9f, 0x2f, 0x7f],
  [0xcd, 0x40, 0x71],
  [0xf1, 0x60, 0x5d],
  [0xfd, 0x95, 0x67],
  [0xfe, 0xc9, 0x8d],
  [0xfc, 0xfd, 0xbf],
];

/** The colour of a probability (clamped to 0 … 1) as 8-bit RGB. */
export function magma(probability: number): readonly [number, number, number] {
  const position = Math.min(1, Math.max(0, probability)) * (MAGMA.length - 1);
  const below = Math.min(MAGMA.length - 2, Math.floor(position));
  const [from, to] = [MAGMA[below], MAGMA[below + 1]];
  if (!from || !to) throw new RangeError(`no colour for ${probability}`);
  const between = (a: number, b: number): number => Math.round(a + (b - a) * (position - below));
  return [between(from[0], to[0]), between(from[1], to[1]), between(from[2], to[2])];
}

/**
 * Opacity (0 … 1) of a cell: its probability itself, whatever the threshold, so that unsuspicious tissue stays readable
 * under the map and moving a threshold never hides a cell. NaN, off tissue, is clear.
 */
export function cellOpacity(probability: number): number {
  return Number.isNaN(probability) ? 0 : Math.min(1, Math.max(0, probability));
}

/** Paints a map, one pixel per cell: interleaved 8-bit RGBA, not premultiplied, row-major. */
export function paintMap({ values }: FloatMap): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(values.length * 4);
  for (let cell = 0; cell < values.length; cell++) {
    const probability = values[cell] as number;
    const alpha = cellOpacity(probability);
    if (alpha === 0) continue;
    const [red, green, blue] = magma(probability);
    rgba.set([red, green, blue, Math.round(255 * alpha)], cell * 4);
  }
  return rgba;
}

/** A CSS gradient from probability 0 to 1 as the map shows it, opacity included. */
export function magmaGradient(): string {
  const stops = MAGMA.map((_, index) => {
    const probability = index / (MAGMA.length - 1);
    const [red, green, blue] = magma(probability);
    return `rgb(${red} ${green} ${blue} / ${cellOpacity(probability).toFixed(3)})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
