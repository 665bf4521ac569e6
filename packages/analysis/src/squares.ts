import type { Block } from '@gigascope/contracts';
import type { BlockCollector } from './tasks/task.ts';
import { wantedCells } from './wanted-cells.ts';

/** What goes through the network as one picture: one cell's patch, or the patches of k × k neighbouring cells together. */
export interface Square {
  /** Its first cell. */
  readonly colHeat: number;
  readonly rowHeat: number;
  /** Those of its k² cells that are to be inferred, row-major, and for each the place among the block's inferred cells. */
  readonly cells: Int32Array<ArrayBuffer>;
  readonly places: Int32Array<ArrayBuffer>;
}

/** The squares of k × k cells that hold all inferred cells of a block, row-major from the block's corner; with k = 1 the cells themselves. */
export function squaresOf(block: Block, tissueCells: Uint8Array, columns: number, k: number): Square[] {
  const places = placesOf(block, tissueCells, columns);
  const squares: Square[] = [];
  for (let top = 0; top < block.rows; top += k)
    for (let left = 0; left < block.columns; left += k) {
      const [cells, own]: [number[], number[]] = [[], []];
      for (let row = top; row < Math.min(top + k, block.rows); row++)
        for (let col = left; col < Math.min(left + k, block.columns); col++) {
          const place = places[row * block.columns + col] as number;
          if (place < 0) continue;
          cells.push((row - top) * k + col - left);
          own.push(place);
        }
      const at = { colHeat: block.colHeat + left, rowHeat: block.rowHeat + top };
      if (cells.length > 0) squares.push({ ...at, cells: Int32Array.from(cells), places: Int32Array.from(own) });
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

/** Hands a collector of cells the answers to squares: [wanted cells, classes] each. */
export function collectSquares(inner: BlockCollector, squares: readonly Square[], classes: number): BlockCollector {
  return {
    parts: squares.length,
    add: (square, answer) => {
      squares[square]?.places.forEach((place, i) => {
        inner.add(place, answer.subarray(i * classes, (i + 1) * classes));
      });
    },
    pack: () => inner.pack(),
  };
}
