import type { RandomStream } from '@gigascope/phantom';
import { PATCH_PX, type Patches } from './patches.ts';
import { GLASS, type TileGrid, TUMOUR } from './tile-grid.ts';

/** The pixels of each tile, null for glass. */
export type TilePixels = readonly (Uint8Array | null)[];

const ORIENTATIONS = 8;

/** Gives every tile of tissue a patch of its kind in one of 8 orientations; none comes twice before all have come once. */
export function dealPatches(random: RandomStream, { kinds }: TileGrid, patches: Patches): TilePixels {
  const tumour = new Deck(random, patches.tumour);
  const normal = new Deck(random, patches.normal);
  return Array.from(kinds, (kind) => {
    if (kind === GLASS) return null;
    const patch = (kind === TUMOUR ? tumour : normal).draw();
    return orient(patch, Math.floor(random.next() * ORIENTATIONS));
  });
}

class Deck {
  readonly #random: RandomStream;
  readonly #cards: readonly Uint8Array[];
  #left: Uint8Array[] = [];

  constructor(random: RandomStream, cards: readonly Uint8Array[]) {
    this.#random = random;
    this.#cards = cards;
  }

  draw(): Uint8Array {
    if (this.#left.length === 0) this.#left = [...this.#cards];
    const [card] = this.#left.splice(Math.floor(this.#random.next() * this.#left.length), 1);
    if (card === undefined) throw new Error('there is no patch to draw');
    return card;
  }
}

/** Bit 0 flips left and right, bit 1 top and bottom, bit 2 swaps rows and columns: the 8 orientations of a square. */
function orient(patch: Uint8Array, orientation: number): Uint8Array {
  const out = new Uint8Array(patch.length);
  const last = PATCH_PX - 1;
  for (let y = 0; y < PATCH_PX; y += 1) {
    for (let x = 0; x < PATCH_PX; x += 1) {
      const [u, v] = (orientation & 4) === 0 ? [x, y] : [y, x];
      const fromX = (orientation & 1) === 0 ? u : last - u;
      const fromY = (orientation & 2) === 0 ? v : last - v;
      const from = (fromY * PATCH_PX + fromX) * 3;
      out.set(patch.subarray(from, from + 3), (y * PATCH_PX + x) * 3);
    }
  }
  return out;
}
