/** Where the bytes of a level's tiles lie, row by row. */
export interface TileExtents {
  readonly offsets: Float64Array;
  readonly byteCounts: Float64Array;
  readonly largestBytes: number;
}

/** The header of a TIFF file; no tile begins in it. */
const HEADER_BYTES = 8;

/**
 * Checks that there is one stretch of bytes for each tile, that all lie inside the file, none is empty, none is larger
 * than `mostBytes` and no two share bytes unless they are the same. Says what is wrong, or returns the extents.
 */
export function checkExtents(
  offsets: Float64Array,
  byteCounts: Float64Array,
  tiles: number,
  mostBytes: number,
  fileBytes: number,
): TileExtents | string {
  if (offsets.length !== tiles || byteCounts.length !== tiles) {
    return `${tiles} tiles, but ${offsets.length} offsets and ${byteCounts.length} lengths`;
  }
  const ends = new Float64Array(tiles);
  let largestBytes = 0;
  for (let i = 0; i < tiles; i++) {
    const [offset, bytes] = [offsets[i] as number, byteCounts[i] as number];
    if (offset === 0 || bytes === 0) return `tile ${i} is left out`;
    if (offset < HEADER_BYTES || !(offset + bytes <= fileBytes)) return `tile ${i} does not lie in the file`;
    if (bytes > mostBytes) return `tile ${i} has ${bytes} bytes`;
    largestBytes = Math.max(largestBytes, bytes);
    ends[i] = offset + bytes;
  }
  return overlap(offsets, ends) ? 'tiles overlap in the file' : { offsets, byteCounts, largestBytes };
}

/** Stretches that are disjoint or equal keep their pairs when starts and ends are sorted apart. */
function overlap(offsets: Float64Array, stretchEnds: Float64Array): boolean {
  const starts = offsets.slice().sort();
  const ends = stretchEnds.sort();
  for (let i = 1; i < starts.length; i++) {
    const [start, before] = [starts[i] as number, ends[i - 1] as number];
    const same = start === starts[i - 1] && ends[i] === before;
    if (start < before && !same) return true;
  }
  return false;
}
