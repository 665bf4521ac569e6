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

/** APP14 "Adobe", version 100, up to its last byte, the transform. */
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];
const TRANSFORM = { rgb: 0, ycbcr: 1 } as const;

/** Without it libjpeg takes three components for YCbCr. */
const ADOBE_RGB = [...ADOBE, TRANSFORM.rgb];

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

/** The prefix with the colours stated for any decoder, whatever it would guess. */
export function statedColours({ bytes, tables }: StreamPrefix, colourSpace: 'rgb' | 'ycbcr'): StreamPrefix {
  if (colourSpace === 'rgb') return { bytes, tables };
  return { bytes: Uint8Array.from([...SOI, ...ADOBE, TRANSFORM.ycbcr, ...bytes.subarray(SOI.length)]), tables };
}
