import type { AnalysisPlan, Block, ModelManifest } from '@gigascope/contracts';
import { collectSquares, squaresOf } from './squares.ts';
import { gridOf } from './stage-grid.ts';
import { collectBlock } from './tasks/index.ts';
import type { BlockCollector } from './tasks/task.ts';
import { wantedCells } from './wanted-cells.ts';

/** Begins a block of a planned stage, cut in squares of k × k cells: what comes of them is put together by the model's task. */
export function beginBlock(
  plan: Pick<AnalysisPlan, 'metadata' | 'spacing' | 'tissueCells'>,
  manifest: ModelManifest,
  block: Block,
  squareCells = 1,
): BlockCollector {
  const grid = gridOf(plan, manifest);
  const cells = wantedCells(block, plan.tissueCells, grid.columns);
  const collector = collectBlock({ manifest, grid, block, cells });
  if (squareCells === 1) return collector;
  const squares = squaresOf(block, plan.tissueCells, grid.columns, squareCells);
  return collectSquares(collector, squares, manifest.classes.length);
}
