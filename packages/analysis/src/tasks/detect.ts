import type { ManifestOf } from '@gigascope/contracts';
import { keepInCore } from '@gigascope/findings';
import { type PatchGrid, patchOriginTarget } from '@gigascope/tiling';
import { bytesOf, doublesOf } from './number-bytes.ts';
import type { Cell, CollectBlock } from './task.ts';

/** x0, y0, x1, y1, score, class. */
const COLUMNS = 6;

/**
 * A block's output is float64: how many of its windows reached the network's limit of boxes, then the boxes as rows of x0, y0,
 * x1, y1 in level-0 pixels, score and class index, window by window. A window keeps the boxes whose centre lies in its core
 * plus the manifest's margin, or a little of it where the window cuts them off; the seams are closed over the whole slide (`mergeDetections`).
 */
export const collectDetected: CollectBlock<ManifestOf<'detect'>> = ({ manifest, grid, cells }) => {
  const windows: Float64Array[] = cells.map(() => new Float64Array());
  let truncated = 0;
  return {
    parts: cells.length,
    add: (place, answer) => {
      if (answer.length / COLUMNS >= manifest.maxPerPatch) truncated += 1;
      windows[place] = toLevel0(keepWindow(answer, cells[place] as Cell, grid, manifest.marginPx), grid);
    },
    pack: async () => bytesOf(Float64Array.from([truncated, ...windows.flatMap((rows) => [...rows])])),
  };
};

/** What a detecting block found. */
export interface DetectedBlock {
  readonly truncatedWindows: number;
  /** Rows of x0, y0, x1, y1 (level-0 pixels), score, class index. */
  readonly rows: Float64Array<ArrayBuffer>;
}

export function readDetected(output: Uint8Array): DetectedBlock {
  const values = doublesOf(output);
  return { truncatedWindows: values[0] ?? 0, rows: values.slice(1) };
}

/** The boxes of one window that are its own, in target pixels. */
function keepWindow(answer: Float32Array, cell: Cell, grid: PatchGrid, marginPx: number): Float64Array {
  const origin = patchOriginTarget(grid, cell.colHeat, cell.rowHeat);
  const rows = Float64Array.from(answer, (value, k) => {
    const column = k % COLUMNS;
    return column > 3 ? value : value + (column % 2 === 0 ? origin.x : origin.y);
  });
  const { stridePx, patchSizePx } = grid;
  const core = { x: cell.colHeat * stridePx, y: cell.rowHeat * stridePx, width: stridePx, height: stridePx };
  const window = { ...origin, width: patchSizePx, height: patchSizePx };
  return keepInCore(rows, { core, marginPx, window });
}

function toLevel0(rows: Float64Array, { lattice }: PatchGrid): Float64Array {
  const { x, y } = lattice.targetPerL0;
  return rows.map((value, k) => {
    const column = k % COLUMNS;
    return column > 3 ? value : value / (column % 2 === 0 ? x : y);
  });
}
