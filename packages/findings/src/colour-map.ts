import { COLOUR_MAPS, type ColourMapName, colourAt } from '@gigascope/contracts';
import type { ProbabilityMap } from './heatmap.ts';

/** Magma's colours as CSS, for a colour scale. */
export const MAGMA_CSS: readonly string[] = COLOUR_MAPS.magma.map((rgb) => `#${rgb.toString(16).padStart(6, '0')}`);

export interface HeatmapColours {
  readonly map?: ColourMapName;
  /** Opacity of a cell, 0 … 1, by its probability; 1 where nothing is said. */
  readonly opacityOf?: (probability: number) => number;
}

/**
 * Paints a map, one pixel per cell, as interleaved 8-bit RGBA (not premultiplied, row-major).
 * Cells off tissue (NaN) are transparent black.
 */
export function colourHeatmap(
  { values }: ProbabilityMap,
  { map = 'magma', opacityOf = () => 1 }: HeatmapColours = {},
): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(values.length * 4);
  for (let cell = 0; cell < values.length; cell++) {
    const probability = values[cell] as number;
    if (Number.isNaN(probability)) continue;
    rgba.set(colourAt(map, probability), cell * 4);
    rgba[cell * 4 + 3] = Math.round(255 * opacityOf(probability));
  }
  return rgba;
}
