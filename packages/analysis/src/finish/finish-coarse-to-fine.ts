import type { GridSummary, ManifestOf } from '@gigascope/contracts';
import type { Heatmap } from '@gigascope/findings';
import { chooseCells, regionsOf } from '../choose-regions.ts';
import { composeResult } from './compose-result.ts';
import { assembleHeatmap, lesionsOf } from './find-lesions.ts';
import type { TaskFindings } from './findings.ts';
import { writeClassified } from './finish-classify.ts';
import { stageOf } from './pipeline-stage.ts';
import type { FinishInput } from './stage-outcome.ts';

/**
 * Finds lesions by two classifiers: the second, of full resolution, has looked only where the first, of low resolution, saw something. The
 * heatmap is the second one's there and the first one's elsewhere, where it lies below the threshold of the regions.
 */
export async function finishCoarseToFine(
  folder: string,
  input: Omit<FinishInput, 'manifest'> & { readonly manifest: ManifestOf<'pipeline'> },
): Promise<TaskFindings> {
  const coarse = stageOf(input, 0, 'classify');
  const fine = stageOf(input, 1, 'classify');
  const chosen = chooseCells(coarse, regionsOf(input.manifest, input.parameters)).cells;
  const heatmap = fillIn(
    { grid: fine.plan.grid, map: assembleHeatmap(fine.plan, fine.outputs) },
    { grid: coarse.plan.grid, map: assembleHeatmap(coarse.plan, coarse.outputs) },
    chosen,
  );
  const own = lesionsOf(heatmap, { ...fine, parameters: input.parameters });
  const result = composeResult(input, {
    ...own,
    grid: fine.plan.grid,
    cells: heatmap.values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0),
    chosenCells: [chosen.reduce((sum, cell) => sum + cell, 0)],
    warnings: ['REGIONS_ONLY'],
  });
  // The thumbnail and the tissue are the first plan's.
  const plan = { ...fine.plan, thumbnail: coarse.plan.thumbnail };
  return await writeClassified(folder, { plan, heatmap, result });
}

interface Mapped {
  readonly grid: GridSummary;
  readonly map: Heatmap;
}

/** A map with the other's values where it has none: of the cell that holds its own cell's centre. In chosen ones it has none where no tissue is. */
function fillIn(fine: Mapped, coarse: Mapped, chosen: Uint8Array): Heatmap {
  const { columns, rows, values } = fine.map;
  const filled = values.map((value, cell) => {
    if (!Number.isNaN(value)) return value;
    const col = cellAt((cell % columns) + 0.5, fine.grid.cellL0.x, coarse.grid.cellL0.x, coarse.map.columns);
    const row = cellAt(Math.floor(cell / columns) + 0.5, fine.grid.cellL0.y, coarse.grid.cellL0.y, coarse.map.rows);
    const above = row * coarse.map.columns + col;
    return chosen[above] === 1 ? value : (coarse.map.values[above] as number);
  });
  return { columns, rows, values: filled };
}

function cellAt(place: number, fromL0: number, toL0: number, cells: number): number {
  return Math.min(cells - 1, Math.floor((place * fromL0) / toL0));
}
