import type { Block } from '@gigascope/contracts';
import type { Cell } from './tasks/task.ts';

/** The cells of a block that are to be inferred, row-major: an answer goes by its cell's place among them. */
export function wantedCells(block: Block, tissueCells: Uint8Array, columns: number): Cell[] {
  const cells: Cell[] = [];
  for (let rowHeat = block.rowHeat; rowHeat < block.rowHeat + block.rows; rowHeat++)
    for (let colHeat = block.colHeat; colHeat < block.colHeat + block.columns; colHeat++)
      if (tissueCells[rowHeat * columns + colHeat] === 1) cells.push({ colHeat, rowHeat });
  return cells;
}
