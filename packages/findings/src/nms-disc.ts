import { GigascopeError } from '@gigascope/contracts';
import { sortByValueDescending } from './candidates.ts';
import type { ProbabilityMap } from './heatmap.ts';

/** A cell kept by non-maximum suppression. */
export interface Peak {
  readonly colHeat: number;
  readonly rowHeat: number;
  readonly probability: number;
}

/** `radiusCells` need not be whole; `threshold` is a probability. */
export interface NmsSettings {
  readonly radiusCells: number;
  readonly threshold: number;
}

/** The paper's: r = 6 cells of 128 px at 0.243 µm/px and t = 0.5 (Liu et al. 2017, arXiv 1703.02442). */
export const DISC_DEFAULTS: NmsSettings = { radiusCells: 6, threshold: 0.5 };

/** The radius of suppression in cells, not rounded: 186.6 µm at stride 128 and 0.243 µm/px are 5.999 cells. */
export function nmsRadiusCells(radiusUm: number, stridePx: number, mpp: number): number {
  return radiusUm / (stridePx * mpp);
}

/**
 * Finds lesion points by repeated maximum, as Liu et al. 2017 describe: take the largest value, stop when it is below
 * the threshold, report it, set every cell whose centre lies at distance ≤ r from it to 0.
 *
 * Returned in that order, the highest first, ties in row-major order; a value equal to the threshold is reported, and
 * "equal" means in the map's own number type. NaN cells are never reported. No cell is reported twice, at threshold 0 either.
 *
 * Why sorting: suppression only ever lowers values, so the maxima come in the order of the unsuppressed values, and
 * one sort with a mask gives what rescanning the map for each point gives.
 */
export function nmsDisc(map: ProbabilityMap, settings: NmsSettings = DISC_DEFAULTS): readonly Peak[] {
  const { radiusCells, threshold } = settings;
  if (!(radiusCells >= 0 && threshold >= 0) || !Number.isFinite(radiusCells)) {
    throw new GigascopeError('ARGUMENT_INVALID', `NMS radius ${radiusCells} cells, threshold ${threshold}`);
  }
  const { columns, rows, values } = map;
  const limit = values instanceof Float32Array ? Math.fround(threshold) : threshold;
  const candidates: number[] = [];
  for (let cell = 0; cell < values.length; cell++) if ((values[cell] as number) >= limit) candidates.push(cell);

  const halfWidths = discHalfWidths(Math.min(radiusCells, columns + rows));
  const reach = halfWidths.length - 1;
  const suppressed = new Uint8Array(values.length);
  const peaks: Peak[] = [];
  for (const cell of sortByValueDescending(values, Uint32Array.from(candidates))) {
    if (suppressed[cell] !== 0) continue;
    const colHeat = cell % columns;
    const rowHeat = (cell - colHeat) / columns;
    peaks.push({ colHeat, rowHeat, probability: values[cell] as number });
    const lastRow = Math.min(rows - 1, rowHeat + reach);
    for (let row = Math.max(0, rowHeat - reach); row <= lastRow; row++) {
      const halfWidth = halfWidths[Math.abs(row - rowHeat)] as number;
      const from = Math.max(0, colHeat - halfWidth);
      const to = Math.min(columns - 1, colHeat + halfWidth);
      suppressed.fill(1, row * columns + from, row * columns + to + 1);
    }
  }
  return peaks;
}

/** For each row offset 0, 1, … within the radius: how many columns to either side lie at distance ≤ r. */
function discHalfWidths(radiusCells: number): readonly number[] {
  const halfWidths: number[] = [];
  for (let dy = 0; dy <= radiusCells; dy++) {
    let dx = 0;
    // Compared as distances, not as squares: √13 squared is below 13 in floating point.
    while (Math.sqrt((dx + 1) * (dx + 1) + dy * dy) <= radiusCells) dx++;
    halfWidths.push(dx);
  }
  return halfWidths;
}
