import { GigascopeError } from '@gigascope/contracts';
import { sortByValueDescending } from './candidates.ts';
import { smoothGaussian } from './gaussian-smoothing.ts';
import type { ProbabilityMap } from './heatmap.ts';
import type { NmsSettings, Peak } from './nms-disc.ts';
import { formatProbability } from './serialise/probability.ts';

/** `radiusCells` is whole here; `sigmaCells` 0 leaves the map unsmoothed. */
export interface NcrfSettings extends NmsSettings {
  readonly sigmaCells?: number;
}

/** The public tool's own: radius 12 on a map of level 6 (stride 64), threshold 0.5. */
export const NCRF_DEFAULTS: NmsSettings = { radiusCells: 12, threshold: 0.5 };

/**
 * Finds lesion points as baidu-research/NCRF's public tool does, for comparison with it byte for byte: while the maximum
 * exceeds the threshold, strictly, take the first in x-major order (lowest column, then lowest row) and set the
 * half-open square [i − r, i + r) on both axes to 0. So a peak exactly r before it goes, one exactly r after it stays.
 *
 * The map is ours, [rows, columns]; the tool stores the same [x][y]. NaN (off tissue) counts as 0, which is what the tool's
 * maps hold there. The threshold is taken in the map's own number type, as NumPy 2 compares.
 */
export function nmsNcrf(map: ProbabilityMap, settings: NcrfSettings = NCRF_DEFAULTS): readonly Peak[] {
  const { radiusCells, threshold, sigmaCells = 0 } = settings;
  if (!(Number.isInteger(radiusCells) && radiusCells >= 1 && threshold >= 0 && sigmaCells >= 0)) {
    const detail = `NMS radius ${radiusCells} cells, threshold ${threshold}, sigma ${sigmaCells}`;
    throw new GigascopeError('ARGUMENT_INVALID', detail);
  }
  const { columns, rows, values } = sigmaCells > 0 ? smoothGaussian(map, sigmaCells) : map;
  const limit = values instanceof Float32Array ? Math.fround(threshold) : threshold;
  const candidates: number[] = [];
  for (let col = 0; col < columns; col++) {
    for (let row = 0; row < rows; row++) {
      const cell = row * columns + col;
      if ((values[cell] as number) > limit) candidates.push(cell);
    }
  }

  const suppressed = new Uint8Array(values.length);
  const peaks: Peak[] = [];
  for (const cell of sortByValueDescending(values, Uint32Array.from(candidates))) {
    if (suppressed[cell] !== 0) continue;
    const colHeat = cell % columns;
    const rowHeat = (cell - colHeat) / columns;
    peaks.push({ colHeat, rowHeat, probability: values[cell] as number });
    const fromCol = Math.max(0, colHeat - radiusCells);
    const endCol = Math.min(columns, colHeat + radiusCells);
    const endRow = Math.min(rows, rowHeat + radiusCells);
    for (let row = Math.max(0, rowHeat - radiusCells); row < endRow; row++) {
      suppressed.fill(1, row * columns + fromCol, row * columns + endCol);
    }
  }
  return peaks;
}

/** Writes the public tool's lines: `p` with 5 decimals, then level-0 x and y, no header. `cellPx` is 2^level, 64 at its level 6. */
export function formatNcrfCsv(peaks: readonly Peak[], cellPx: number): string {
  return peaks
    .map(({ colHeat, rowHeat, probability }) => {
      const xL0 = Math.trunc((colHeat + 0.5) * cellPx);
      const yL0 = Math.trunc((rowHeat + 0.5) * cellPx);
      return `${formatProbability(probability)},${xL0},${yL0}\n`;
    })
    .join('');
}
