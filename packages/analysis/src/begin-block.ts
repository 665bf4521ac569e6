import type { AnalysisPlan, Block, ModelManifest } from '@gigascope/contracts';
import { gridOf } from './stage-grid.ts';
import { collectBlock } from './tasks/index.ts';
import type { BlockCollector, Cell } from './tasks/task.ts';

/** Begins a block of a planned stage: what comes of its patches is put together by the model's task. */
export function beginBlock(
  plan: Pick<AnalysisPlan, 'metadata' | 'spacing' | 'tissueCells'>,
  manifest: ModelManifest,
  block: Block,
): BlockCollector {
  const grid = gridOf(plan, manifest);
  const cells: Cell[] = [];
  for (let rowHeat = block.rowHeat; rowHeat < block.rowHeat + block.rows; rowHeat++)
    for (let colHeat = block.colHeat; colHeat < block.colHeat + block.columns; colHeat++)
      if (plan.tissueCells[rowHeat * grid.columns + colHeat] === 1) cells.push({ colHeat, rowHeat });
  return collectBlock({ manifest, grid, block, cells });
}
