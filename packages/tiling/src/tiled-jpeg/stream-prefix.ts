import {
  type DefinedTables,
  hasStart,
  isApplication,
  isEnd,
  isTables,
  readSegments,
  withTables,
} from './jpeg-stream.ts';
import { typicalHuffmanSegment } from './typical-huffman.ts';

/**
 * What stands before a tile's own segments: its SOI, the mark of its colours, the typical Huffman tables and then the
 * tables that its level shares, which may replace them. So no tile is ever decoded with another's tables.
 */
export interface StreamPrefix {
  readonly bytes: Uint8Array;
  readonly tables: DefinedTables;
}

/** DC and AC, 0 and 1. */
const TYPICAL: DefinedTables = { quantisation: 0, huffman: 0b0011_0011 };

const SOI = [0xff, 0xd8];

/** APP14 "Adobe", version 100, transform 0: the three components are RGB. Without it libjpeg takes them for YCbCr. */
const ADOBE_RGB = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];

/**
 * Builds the prefix of a level's tiles from its JPEGTables field (TIFF Technical Note 2), null where it has none.
 * Returns null when the field holds anything but tables, comments and application data.
 */
export function streamPrefix(jpegTables: Uint8Array | null, colourSpace: 'rgb' | 'ycbcr'): StreamPrefix | null {
  const parts: number[] = [...SOI, ...(colourSpace === 'rgb' ? ADOBE_RGB : []), ...typicalHuffmanSegment()];
  if (jpegTables === null) return { bytes: Uint8Array.from(parts), tables: TYPICAL };
  const segments = hasStart(jpegTables, 0) ? readSegments(jpegTables, SOI.length) : null;
  const last = segments?.at(-1);
  if (segments === null || last === undefined || !isEnd(last)) return null;
  let tables: DefinedTables | null = TYPICAL;
  for (const segment of segments.slice(0, -1)) {
    if (isTables(segment)) {
      tables = withTables(jpegTables, segment, tables);
      if (tables === null) return null;
      parts.push(...jpegTables.subarray(segment.start, segment.end));
    } else if (!isApplication(segment)) {
      return null;
    }
  }
  return { bytes: Uint8Array.from(parts), tables };
}
