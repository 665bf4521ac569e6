const SEGMENTS: ReadonlySet<number> = new Set([
  0xc4, // Huffman tables
  0xcc, // arithmetic conditioning
  0xdb, // quantisation tables
  0xdd, // restart interval
  0xe0, // JFIF
  0xee, // Adobe's colour transform
]);
/** JFIF's and Adobe's own segments are 16 and 14 bytes long; longer ones carry something else. */
const MAX_APPLICATION_BYTES = 16;

/** Whether JPEGTables hold tables alone: no comment, no Exif, nothing behind their end. */
export function holdsTablesOnly(tables: Uint8Array): boolean {
  if (tables[0] !== 0xff || tables[1] !== 0xd8) return false;
  for (let at = 2; at + 1 < tables.length; ) {
    const marker = tables[at + 1] as number;
    if (tables[at] !== 0xff) return false;
    if (marker === 0xd9) return at + 2 >= tables.length - 1;
    const length = ((tables[at + 2] ?? 0) << 8) | (tables[at + 3] ?? 0);
    const application = marker === 0xe0 || marker === 0xee;
    if (!SEGMENTS.has(marker) || length < 2 || (application && length > MAX_APPLICATION_BYTES)) return false;
    at += 2 + length;
  }
  return false;
}
