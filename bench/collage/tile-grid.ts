import { PATCH_PX } from './patches.ts';

/** Level-0 pixels for each pixel of a patch: 0.972 µm over 0.243. The network's 4×4 average undoes the enlarging. */
export const ENLARGED = 4;
export const TILE_PX = PATCH_PX * ENLARGED;
/**
 * Where the first tile begins, level 0. The model's patches begin at 128 k − 85, so at this shift its 4×4 averages lie on whole
 * enlarged pixels, and the patch of a tile's central cell is the crop that the network was trained on.
 */
export const TILE_START_PX = -1;

export const GLASS = 0;
export const NORMAL = 1;
export const TUMOUR = 2;

/** A slide's tiles, row-major: what each is. */
export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
  readonly kinds: Uint8Array;
}

/** The tile that a level-0 pixel lies in, or null outside the grid. */
export function tileAt({ columns, rows }: TileGrid, xL0: number, yL0: number): number | null {
  const column = Math.floor((xL0 - TILE_START_PX) / TILE_PX);
  const row = Math.floor((yL0 - TILE_START_PX) / TILE_PX);
  return column >= 0 && row >= 0 && column < columns && row < rows ? row * columns + column : null;
}

/** Whether any tile that a level-0 rectangle touches is one of `kinds`. */
export function touches(
  grid: TileGrid,
  rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  kinds: readonly number[],
): boolean {
  const tileOf = (value: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor((value - TILE_START_PX) / TILE_PX)));
  const [firstColumn, lastColumn] = [tileOf(rect.x, grid.columns), tileOf(rect.x + rect.width - 1, grid.columns)];
  const [firstRow, lastRow] = [tileOf(rect.y, grid.rows), tileOf(rect.y + rect.height - 1, grid.rows)];
  for (let row = firstRow; row <= lastRow; row += 1)
    for (let column = firstColumn; column <= lastColumn; column += 1)
      if (kinds.includes(grid.kinds[row * grid.columns + column] as number)) return true;
  return false;
}
