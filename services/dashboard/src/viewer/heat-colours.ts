import { type ColourMapName, colourAt } from '@gigascope/contracts/colours';

/** How a map of probabilities is coloured. */
export interface HeatLook {
  readonly map: ColourMapName;
  /** Cells below it are clear. */
  readonly from: number;
}

const STEPS = 4096;

/**
 * Opacity (0 … 1) of a cell: its probability itself, so that unsuspicious tissue stays readable under the map. NaN, off
 * tissue, is clear.
 */
export function cellOpacity(probability: number): number {
  return Number.isNaN(probability) ? 0 : Math.min(1, Math.max(0, probability));
}

/** Colours of the probabilities k / 4095: 8-bit RGBA, not premultiplied, in the byte order of a canvas. */
export function colourTable({ map, from }: HeatLook): Uint32Array {
  const bytes = new Uint8Array(STEPS * 4);
  for (let k = 0; k < STEPS; k++) {
    const probability = k / (STEPS - 1);
    if (probability < from) continue;
    bytes.set([...colourAt(map, probability), Math.round(255 * cellOpacity(probability))], k * 4);
  }
  return new Uint32Array(bytes.buffer);
}

/** Paints probabilities, one pixel each: interleaved 8-bit RGBA. */
export function paintValues(values: Float32Array, table: Uint32Array, from = 0): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint32Array(values.length);
  for (let cell = 0; cell < values.length; cell++) {
    const probability = values[cell] as number;
    // The table's step may lie above the threshold where the value does not.
    if (!(probability >= from)) continue;
    pixels[cell] = table[Math.round(Math.min(1, Math.max(0, probability)) * (STEPS - 1))] as number;
  }
  return new Uint8ClampedArray(pixels.buffer);
}

/** A CSS gradient from probability 0 to 1 as the map shows it, opacity included. */
export function heatGradient({ map, from }: HeatLook): string {
  const stop = (probability: number): string => {
    const [red, green, blue] = colourAt(map, probability);
    const alpha = cellOpacity(probability).toFixed(3);
    return `rgb(${red} ${green} ${blue} / ${alpha}) ${(probability * 100).toFixed(1)}%`;
  };
  const shown = [from, ...[...Array(10).keys()].map((tenth) => (tenth + 1) / 10).filter((p) => p > from)];
  const clear = from === 0 ? [] : [`transparent ${(from * 100).toFixed(1)}%`];
  return `linear-gradient(to right, ${[...clear, ...shown.map(stop)].join(', ')})`;
}
