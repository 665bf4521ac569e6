import { COLOUR_MAPS, colourAt, type Rgb } from '@gigascope/contracts/colours';
import type { FloatMap } from './npy.ts';

/** The colour of a probability (clamped to 0 … 1) as 8-bit RGB. */
export function magma(probability: number): Rgb {
  return colourAt('magma', probability);
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
  const stops = COLOUR_MAPS.magma.map((_, index, { length }) => {
    const probability = index / (length - 1);
    const [red, green, blue] = magma(probability);
    return `rgb(${red} ${green} ${blue} / ${cellOpacity(probability).toFixed(3)})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
