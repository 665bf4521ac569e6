import type { Rect, SlideLevel } from '@gigascope/contracts';

/** A part of a level that is decoded in one native call. */
export type Piece = Rect<'level'>;

/** Pixels decoded at once: 16 MiB as BGRA, whatever the size of the region. */
const STRIP_PX = 2 ** 22;

/** Side of the fixed pieces of a level whose downsample is fractional. */
const CHUNK_PX = 512;

/** True when level pixels begin on whole level-0 pixels. */
export function isWhole(level: SlideLevel): boolean {
  return Number.isInteger(level.downsample);
}

/**
 * Cuts a region into the pieces to decode.
 *
 * Why? OpenSlide takes origins in level-0 pixels. Where the downsample is fractional the origin can't be met exactly
 * (it is round(xLevel · downsample), at most half a level-0 pixel off), and OpenSlide interpolates by what is missing: the same pixel
 * would differ between two regions (by up to 8 of 255, measured). So such levels are decoded in pieces that lie on one
 * fixed lattice, and each pixel always comes from the same piece.
 */
export function piecesOf(region: Rect<'level'>, level: SlideLevel): readonly Piece[] {
  return isWhole(level) ? strips(region) : chunks(region, level);
}

function strips({ x, y, width, height }: Rect<'level'>): readonly Piece[] {
  const rows = Math.max(1, Math.floor(STRIP_PX / width));
  const count = Math.ceil(height / rows);
  return Array.from({ length: count }, (_, i) => ({
    x,
    y: y + i * rows,
    width,
    height: Math.min(rows, height - i * rows),
  }));
}

function chunks({ x, y, width, height }: Rect<'level'>, level: SlideLevel): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let top = y - (y % CHUNK_PX); top < y + height; top += CHUNK_PX) {
    for (let left = x - (x % CHUNK_PX); left < x + width; left += CHUNK_PX) {
      const right = Math.min(left + CHUNK_PX, level.widthPx);
      const bottom = Math.min(top + CHUNK_PX, level.heightPx);
      pieces.push({ x: left, y: top, width: right - left, height: bottom - top });
    }
  }
  return pieces;
}
