import type { LabelRaster } from './label-overlap.ts';

/** An outline: closed rings of [x, y], shell and holes in any order and direction; the first point may be repeated at the end. */
export type Rings = readonly (readonly (readonly [number, number])[])[];

/**
 * Fills outlines into a raster, outline k with the label k + 1; where two overlap, the later wins. A pixel is inside when its centre is,
 * by the even-odd rule, as in SVG; what lies beyond the raster is left out. Coordinates are pixels of the raster.
 */
export function fillRings(
  outlines: readonly Rings[],
  { width, height }: Pick<LabelRaster, 'width' | 'height'>,
): LabelRaster {
  const labels = new Int32Array(width * height);
  outlines.forEach((rings, k) => {
    const crossings = crossingsByRow(rings, height);
    for (const [y, xs] of crossings) {
      xs.sort((a, b) => a - b);
      for (let pair = 0; pair + 1 < xs.length; pair += 2) {
        const from = Math.min(width, Math.max(0, Math.ceil((xs[pair] as number) - 0.5)));
        const to = Math.min(width, Math.max(0, Math.ceil((xs[pair + 1] as number) - 0.5)));
        labels.fill(k + 1, y * width + from, y * width + Math.max(from, to));
      }
    }
  });
  return { width, height, labels };
}

/** Where the rings cross the centre line of each row. */
function crossingsByRow(rings: Rings, height: number): Map<number, number[]> {
  const crossings = new Map<number, number[]>();
  for (const ring of rings) {
    ring.forEach(([x0, y0], k) => {
      const [x1, y1] = ring[(k + 1) % ring.length] ?? [x0, y0];
      // Half-open in y, so that a vertex on a centre line counts once.
      const first = Math.max(0, Math.ceil(Math.min(y0, y1) - 0.5));
      const end = Math.min(height, Math.ceil(Math.max(y0, y1) - 0.5));
      for (let y = first; y < end; y++) {
        const xs = crossings.get(y) ?? [];
        crossings.set(y, xs);
        xs.push(x0 + ((y + 0.5 - y0) / (y1 - y0)) * (x1 - x0));
      }
    });
  }
  return crossings;
}
