import type { FindingDensity } from '@gigascope/contracts/http';
import type { DensityCell } from '@gigascope/store';

/** Column, row and count of each cell, class by class. */
export function byClass(cells: readonly DensityCell[]): FindingDensity['classes'] {
  const classes = Map.groupBy(cells, (cell) => cell.class);
  return [...classes].map(([name, own]) => ({
    class: name,
    cells: own.map(({ col, row, count }) => [col, row, count]),
  }));
}
