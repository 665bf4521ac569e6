import type { Block } from '@gigascope/contracts';
import type { PatchGrid } from './patch-grid.ts';

/** Rows of blocks that are read together: neighbours follow soon after one another, while the tiles that both show are in memory. */
const STRIP_ROWS = 4;

/**
 * Cuts the grid into blocks of `blockCells` cells a side, leaving out those without tissue. They come in strips of four rows of
 * blocks, each column by column, which are read in a fifth less time than row by row (measured on 20,000² px).
 *
 * `cells` is [rows · columns], non-zero on tissue. A block's index is its place among all blocks of the grid, left-out
 * ones included, so it stays the same whatever the tissue mask says.
 */
export function planBlocks(grid: Pick<PatchGrid, 'columns' | 'rows'>, cells: Uint8Array, blockCells: number): Block[] {
  const blocks: Block[] = [];
  for (const [index, { colHeat, rowHeat }] of [...cornersInStrips(grid, blockCells)].entries()) {
    const columns = Math.min(blockCells, grid.columns - colHeat);
    const rows = Math.min(blockCells, grid.rows - rowHeat);
    let tissueCells = 0;
    for (let row = rowHeat; row < rowHeat + rows; row++) {
      const start = row * grid.columns + colHeat;
      for (let i = start; i < start + columns; i++) if (cells[i] !== 0) tissueCells++;
    }
    if (tissueCells > 0) blocks.push({ index, colHeat, rowHeat, columns, rows, tissueCells });
  }
  return blocks;
}

function* cornersInStrips(
  grid: Pick<PatchGrid, 'columns' | 'rows'>,
  blockCells: number,
): Generator<Pick<Block, 'colHeat' | 'rowHeat'>> {
  const stripCells = STRIP_ROWS * blockCells;
  for (let top = 0; top < grid.rows; top += stripCells)
    for (let colHeat = 0; colHeat < grid.columns; colHeat += blockCells)
      for (let rowHeat = top; rowHeat < Math.min(top + stripCells, grid.rows); rowHeat += blockCells)
        yield { colHeat, rowHeat };
}

/** The smallest part of a block that holds all its wanted cells (non-zero in `cells`), so that no more is read for them. */
export function wantedPart(
  grid: Pick<PatchGrid, 'columns'>,
  cells: Uint8Array,
  { colHeat, rowHeat, columns, rows }: Pick<Block, 'colHeat' | 'rowHeat' | 'columns' | 'rows'>,
): Pick<Block, 'colHeat' | 'rowHeat' | 'columns' | 'rows'> {
  let [left, top, right, bottom] = [colHeat + columns, rowHeat + rows, colHeat, rowHeat];
  for (let row = rowHeat; row < rowHeat + rows; row++) {
    for (let col = colHeat; col < colHeat + columns; col++) {
      if (cells[row * grid.columns + col] === 0) continue;
      left = Math.min(left, col);
      right = Math.max(right, col + 1);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  if (right <= left) return { colHeat, rowHeat, columns, rows };
  return { colHeat: left, rowHeat: top, columns: right - left, rows: bottom - top };
}
