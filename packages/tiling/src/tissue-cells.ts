import type { PatchGrid } from './patch-grid.ts';
import type { TissueMask } from './tissue-mask.ts';

/**
 * Tells which cells of the grid hold tissue: 1 where any tissue pixel of the mask overlaps the cell. [rows · columns].
 * Overlap rather than centres, so that no tissue is missed where cells are smaller than mask pixels.
 */
export function tissueCells(tissue: TissueMask, grid: PatchGrid): Uint8Array<ArrayBuffer> {
  const { mask, downsample } = tissue;
  const columns = overlaps(mask.width, downsample.x, grid.cellL0.x, grid.columns);
  const rows = overlaps(mask.height, downsample.y, grid.cellL0.y, grid.rows);
  const cells = new Uint8Array(grid.rows * grid.columns);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      if (mask.data[y * mask.width + x] === 0) continue;
      for (let row = rows.first[y] as number; row <= (rows.last[y] as number); row++) {
        const start = row * grid.columns;
        cells.fill(1, start + (columns.first[x] as number), start + (columns.last[x] as number) + 1);
      }
    }
  }
  return cells;
}

/** Half a millionth of a mask pixel: less overlap than this is rounding. */
const ROUNDING = 5e-7;

/** First and last cell that each mask pixel overlaps along one axis. */
function overlaps(maskPx: number, downsample: number, cellL0: number, cells: number) {
  const first = new Int32Array(maskPx);
  const last = new Int32Array(maskPx);
  for (let i = 0; i < maskPx; i++) {
    first[i] = Math.min(cells - 1, Math.floor(((i + ROUNDING) * downsample) / cellL0));
    last[i] = Math.min(cells - 1, Math.floor(((i + 1 - ROUNDING) * downsample) / cellL0));
  }
  return { first, last };
}
