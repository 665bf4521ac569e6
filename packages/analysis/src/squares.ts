import type { Block } from '@gigascope/contracts';
import type { BlockCollector } from './tasks/task.ts';
import { wantedCells } from './wanted-cells.ts';

/** What goes through the network as one picture: one cell's patch, or the patches of k × k neighbouring cells together. */
export interface Square {
  /** Its first cell. */
  readonly colHeat: number;
  readonly rowHeat: number;
  /** For each of its k² cells, row-major, the place among the block's inferred cells; −1 for one that is not wanted. */
  readonly places: Int32Array;
}

/** The squares of k × k cells that hold all inferred cells of a block, row-major from the block's corner; with k = 1 the cells themselves. */
export function squaresOf(block: Block, tissueCells: Uint8Array, columns: number, k: number): Square[] {
  const places = placesOf(block, tissueCells, columns);
  const squares: Square[] = [];
  for (let top = 0; top < block.rows; top += k)
    for (let left = 0; left < block.columns; left += k) {
      const own = new Int32Array(k * k).fill(-1);
      for (let row = top; row < Math.min(top + k, block.rows); row++)
        for (let col = left; col < Math.min(left + k, block.columns); col++)
          own[(row - top) * k + col - left] = places[row * block.columns + col] as number;
      if (own.some((place) => place >= 0))
        squares.push({ colHeat: block.colHeat + left, rowHeat: block.rowHeat + top, places: own });
    }
  return squares;
}

/** For each cell of a block its place among the inferred ones, or −1. */
function placesOf(block: Block, tissueCells: Uint8Array, columns: number): Int32Array {
  const places = new Int32Array(block.rows * block.columns).fill(-1);
  for (const [place, { colHeat, rowHeat }] of wantedCells(block, tissueCells, columns).entries())
    places[(rowHeat - block.rowHeat) * block.columns + colHeat - block.colHeat] = place;
  return places;
}

/** Hands a collector of cells the answers to squares: [k², classes] each. */
export function collectSquares(inner: BlockCollector, squares: readonly Square[], classes: number): BlockCollector {
  return {
    parts: squares.length,
    add: (square, answer) => {
      squares[square]?.places.forEach((place, i) => {
        if (place >= 0) inner.add(place, answer.subarray(i * classes, (i + 1) * classes));
      });
    },
    pack: () => inner.pack(),
  };
}
