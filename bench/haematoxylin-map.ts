import type { ProbabilityMap } from '@gigascope/findings';
import { createLattice, openSlide, readWholeLattice } from '@gigascope/tiling';

/** Pixels of the map's source per side of a cell. */
const SAMPLES = 16;
/** Optical densities of haematoxylin, eosin and residual in R, G, B: Ruifrok and Johnston 2001. */
const STAINS = [
  [0.65, 0.7, 0.29],
  [0.07, 0.99, 0.11],
  [0.27, 0.57, 0.78],
] as const;
/** Density that maps to 1; every larger one does too. */
const FULL_SCALE = 3;

/**
 * Mean haematoxylin of each cell, 0 to 1, by Ruifrok and Johnston's colour deconvolution on a copy at 1/8 (128-px cells).
 * @param cellPx side of a cell in level-0 pixels.
 */
export async function haematoxylinMap(slidePath: string, cellPx: number): Promise<ProbabilityMap> {
  await using reader = await openSlide(slidePath);
  const perL0 = SAMPLES / cellPx;
  const image = await readWholeLattice(reader, createLattice(reader.metadata, { x: perL0, y: perL0 }));
  const columns = Math.ceil(image.width / SAMPLES);
  const rows = Math.ceil(image.height / SAMPLES);
  const weights = firstRowOfInverse();
  const density = Float64Array.from({ length: 256 }, (_, value) => -Math.log10((value + 1) / 256));
  const [sums, counts] = [new Float64Array(columns * rows), new Float64Array(columns * rows)];
  for (let y = 0; y < image.height; y += 1) {
    for (let x = 0; x < image.width; x += 1) {
      const at = (y * image.width + x) * 3;
      const cell = Math.floor(y / SAMPLES) * columns + Math.floor(x / SAMPLES);
      let amount = 0;
      for (let c = 0; c < 3; c += 1)
        amount += (density[image.data[at + c] as number] as number) * (weights[c] as number);
      sums[cell] = (sums[cell] as number) + Math.max(0, amount);
      counts[cell] = (counts[cell] as number) + 1;
    }
  }
  const values = Float64Array.from(sums, (sum, cell) => Math.min(1, sum / (counts[cell] as number) / FULL_SCALE));
  return { columns, rows, values };
}

/** How much haematoxylin an optical density in R, G, B holds: the stain matrix's inverse, its first column, by Cramer's rule. */
function firstRowOfInverse(): readonly [number, number, number] {
  const [h, e, r] = STAINS.map((stain) => {
    const length = Math.hypot(...stain);
    return stain.map((value) => value / length);
  }) as [number[], number[], number[]];
  const [e0 = 0, e1 = 0, e2 = 0] = e;
  const [r0 = 0, r1 = 0, r2 = 0] = r;
  const [h0 = 0, h1 = 0, h2 = 0] = h;
  const cross = [e1 * r2 - e2 * r1, e2 * r0 - e0 * r2, e0 * r1 - e1 * r0] as const;
  const determinant = h0 * cross[0] + h1 * cross[1] + h2 * cross[2];
  return [cross[0] / determinant, cross[1] / determinant, cross[2] / determinant];
}
