import { hasStart, isApplication, type PlainFrame, readPlainFrame, readSegments } from './jpeg-stream.ts';
import type { StreamPrefix } from './stream-prefix.ts';

const SOI_BYTES = 2;
const EOI = 0xd9;

/**
 * Makes a whole stream, for any viewer, of a tile as its TIFF holds it: the prefix, then the tile without its application
 * segments and comments (a colour profile, a rotation or another Adobe mark would change what a browser shows, but not what
 * is in the slide), up to its end. Returns null where the tile is not of this size and plain, or has no end.
 */
export function wholeTile(tile: Uint8Array, prefix: StreamPrefix, size: PlainFrame): Uint8Array[] | null {
  if (!hasStart(tile, 0)) return null;
  const frame = readPlainFrame(tile, SOI_BYTES, prefix.tables);
  if (frame?.widthPx !== size.widthPx || frame.heightPx !== size.heightPx) return null;
  const segments = readSegments(tile, SOI_BYTES) ?? [];
  const scanAt = segments.at(-1)?.end ?? tile.length;
  const end = endOfScan(tile, scanAt);
  if (end === null) return null;
  const parts = [prefix.bytes];
  let from = SOI_BYTES;
  for (const segment of segments.filter(isApplication)) {
    if (segment.start > from) parts.push(tile.subarray(from, segment.start));
    from = segment.end;
  }
  return [...parts, tile.subarray(from, end)];
}

/** One past the EOI that ends the entropy-coded data; null where another marker or nothing comes instead. */
function endOfScan(tile: Uint8Array, from: number): number | null {
  for (let at = tile.indexOf(0xff, from); at >= 0 && at + 1 < tile.length; at = tile.indexOf(0xff, at + 2)) {
    const next = tile[at + 1] as number;
    if (next === EOI) return at + 2;
    const isDataOrRestart = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (!isDataOrRestart) return null;
  }
  return null;
}
