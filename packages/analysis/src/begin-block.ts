import type { AnalysisPlan, Block, ModelManifest } from '@gigascope/contracts';
import { collectSquares, squaresOf } from './squares.ts';
import { gridOf } from './stage-grid.ts';
import { collectBlock } from './tasks/index.ts';
import type { BlockCollector, Cell } from './tasks/task.ts';

/** Begins a block of a planned stage, cut in squares of k × k cells: what comes of them is put together by the model's task. */
export function beginBlock(
  plan: Pick<AnalysisPlan, 'metadata' | 'spacing' | 'tissueCells'>,
  manifest: ModelManifest,
  block: Block,
  squareCells = 1,
): BlockCollector {
  const grid = gridOf(plan, manifest);
  const cells: Cell[] = [];
  for (let rowHeat = block.rowHeat; rowHeat < block.rowHeat + block.rows; rowHeat++)
    for (let colHeat = block.colHeat; colHeat < block.colHeat + block.columns; colHeat++)
      if (plan.tissueCells[rowHeat * grid.columns + colHeat] === 1) cells.push({ colHeat, rowHeat });
  const collector = collectBlock({ manifest, grid, block, cells });
  if (squareCells === 1) return collector;
  const squares = squaresOf(block, plan.tissueCells, grid.columns, squareCells);
  return collectSquares(collector, squares, manifest.classes.length);
}
