import type { ProbabilityMap } from './heatmap.ts';

/**
 * Halves a map: each value is the largest of the up to four below it, so that no suspicious cell is lost from sight;
 * NaN where all four are off tissue. Odd sides are rounded up.
 */
export function halveMap({ columns, rows, values }: ProbabilityMap): ProbabilityMap {
  const half = { columns: Math.ceil(columns / 2), rows: Math.ceil(rows / 2) };
  const halved = new Float32Array(half.columns * half.rows).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column] as number;
      const at = (row >> 1) * half.columns + (column >> 1);
      // Also true where nothing is there yet.
      if (!Number.isNaN(value) && !((halved[at] as number) >= value)) halved[at] = value;
    }
  }
  return { ...half, values: halved };
}

/** Cuts [y, y + height) × [x, x + width) out of a map, row-major; what lies outside of it is left out. */
export function cropMap(map: ProbabilityMap, x: number, y: number, side: number): ProbabilityMap {
  const columns = Math.max(0, Math.min(side, map.columns - x));
  const rows = Math.max(0, Math.min(side, map.rows - y));
  const values = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const from = (y + row) * map.columns + x;
    values.set(map.values.subarray(from, from + columns), row * columns);
  }
  return { columns, rows, values };
}
