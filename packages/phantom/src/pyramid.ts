import type { PyramidLevel } from '@gigascope/tiff';

/** How many tiles all levels have together. */
export function tileCount(levels: readonly PyramidLevel[], tileSizePx: number): number {
  return levels.reduce(
    (sum, level) => sum + Math.ceil(level.widthPx / tileSizePx) * Math.ceil(level.heightPx / tileSizePx),
    0,
  );
}

/**
 * One tile of pixels, interleaved RGB. Two tiles with the same `key` hold the same pixels; null means that no other
 * tile is known to be equal.
 */
export interface RgbTile {
  readonly key: string | null;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Averages four tiles (top left, top right, bottom left, bottom right) into the tile one level up. */
function averageQuad(quad: readonly RgbTile[], tileSizePx: number): Uint8Array<ArrayBuffer> {
  const half = tileSizePx / 2;
  const data = new Uint8Array(tileSizePx * tileSizePx * 3);
  for (const [index, child] of quad.entries()) {
    const source = child.data;
    const left = (index % 2) * half;
    const top = (index >> 1) * half;
    for (let y = 0; y < half; y++) {
      let upper = 2 * y * tileSizePx * 3;
      let lower = upper + tileSizePx * 3;
      let target = ((top + y) * tileSizePx + left) * 3;
      for (let x = 0; x < half; x++, upper += 6, lower += 6, target += 3) {
        for (let c = 0; c < 3; c++) {
          const sum =
            (source[upper + c] as number) +
            (source[upper + 3 + c] as number) +
            (source[lower + c] as number) +
            (source[lower + 3 + c] as number);
          data[target + c] = (sum + 2) >> 2;
        }
      }
    }
  }
  return data;
}

/** Averages of equal tiles that are kept, so that bare glass is averaged and encoded once a level. */
const LARGEST_CACHE_TILES = 32;

/** What the pyramid is made from and where its tiles go. */
export interface PyramidJob {
  readonly levels: readonly PyramidLevel[];
  readonly tileSizePx: number;
  /** Draws a level-0 tile, whole even where it reaches past the slide. */
  readonly drawTile: (column: number, row: number) => RgbTile;
  /** Takes each tile of the pyramid once, in an order that depends on the sizes only. */
  readonly emit: (level: number, column: number, row: number, tile: RgbTile) => Promise<void>;
}

/** Walks the pyramid depth first: each level-0 tile is drawn once, and at most four tiles a level are held. */
export async function walkPyramid(job: PyramidJob): Promise<void> {
  const { levels, tileSizePx } = job;
  const blank: RgbTile = { key: 'outside', data: new Uint8Array(tileSizePx * tileSizePx * 3) };
  const averages = new Map<string, RgbTile>();
  const first = levels[0] as PyramidLevel;

  const averageOf = (quad: readonly RgbTile[]): RgbTile => {
    const keys = quad.map((child) => child.key);
    const four = keys.includes(null) ? null : keys.join();
    const known = four === null ? undefined : averages.get(four);
    if (known !== undefined) return known;
    const keyed = four !== null && averages.size < LARGEST_CACHE_TILES;
    const tile = { key: keyed ? `average ${averages.size}` : null, data: averageQuad(quad, tileSizePx) };
    if (keyed) averages.set(four, tile);
    return tile;
  };

  const visit = async (level: number, column: number, row: number): Promise<RgbTile> => {
    const sideL0 = tileSizePx * 2 ** level;
    // Nothing of the slide below: such a tile only fills a quad whose pixels lie outside every level.
    if (column * sideL0 >= first.widthPx || row * sideL0 >= first.heightPx) return blank;
    let tile: RgbTile;
    if (level === 0) {
      tile = job.drawTile(column, row);
    } else {
      const quad: RgbTile[] = [];
      for (let k = 0; k < 4; k++) quad.push(await visit(level - 1, 2 * column + (k % 2), 2 * row + (k >> 1)));
      tile = averageOf(quad);
    }
    const size = levels[level] as PyramidLevel;
    if (column * tileSizePx < size.widthPx && row * tileSizePx < size.heightPx)
      await job.emit(level, column, row, tile);
    return tile;
  };

  const top = levels.length - 1;
  const side = tileSizePx * 2 ** top;
  for (let row = 0; row * side < first.heightPx; row++) {
    for (let column = 0; column * side < first.widthPx; column++) await visit(top, column, row);
  }
}
