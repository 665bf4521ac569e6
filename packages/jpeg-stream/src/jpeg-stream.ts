/** The parts of the JPEG format (ITU-T T.81, annex B) that decide whether a tile is one we fully understand. */
const MARKER = { sof0: 0xc0, sof1: 0xc1, dht: 0xc4, soi: 0xd8, eoi: 0xd9, sos: 0xda, dqt: 0xdb, com: 0xfe } as const;

/** Which tables a stream has defined: a bit for each. */
export interface DefinedTables {
  /** Bit t: quantisation table t. */
  readonly quantisation: number;
  /** Bit 4 · class + t: Huffman table t of class 0 (DC) or 1 (AC). */
  readonly huffman: number;
}

export interface Segment {
  readonly marker: number;
  /** Of the marker's first byte, and one past the segment's last. */
  readonly start: number;
  readonly end: number;
}

/** Walks the segments from `at` on, up to SOS or EOI; null where there is anything but whole segments. */
export function readSegments(bytes: Uint8Array, at: number): readonly Segment[] | null {
  const segments: Segment[] = [];
  let start = at;
  while (start + 2 <= bytes.length && bytes[start] === 0xff) {
    const marker = bytes[start + 1] as number;
    if (marker === MARKER.eoi) return [...segments, { marker, start, end: start + 2 }];
    // Markers without a length (restart, a second SOI, TEM) and fill bytes have no place in a tile's header.
    if (marker < 0xc0 || marker === 0xff || (marker >= 0xd0 && marker <= MARKER.soi)) return null;
    if (start + 4 > bytes.length) return null;
    const length = word(bytes, start + 2);
    const end = start + 2 + length;
    if (length < 2 || end > bytes.length) return null;
    segments.push({ marker, start, end });
    if (marker === MARKER.sos) return segments;
    start = end;
  }
  return null;
}

/** Adds the tables that a segment defines; null where it is no whole list of tables. */
export function withTables(
  bytes: Uint8Array,
  { marker, start, end }: Segment,
  known: DefinedTables,
): DefinedTables | null {
  let { quantisation, huffman } = known;
  let at = start + 4;
  while (at < end) {
    const head = bytes[at] as number;
    const id = head & 15;
    if (id > 3 || head >> 4 > 1) return null;
    if (marker === MARKER.dqt) {
      quantisation |= 1 << id;
      at += 1 + (head >> 4 === 0 ? 64 : 128);
    } else {
      huffman |= 1 << (4 * (head >> 4) + id);
      let symbols = 0;
      for (let i = 1; i <= 16 && at + i < end; i++) symbols += bytes[at + i] as number;
      at += 17 + symbols;
    }
  }
  return at === end ? { quantisation, huffman } : null;
}

export function isTables({ marker }: Segment): boolean {
  return marker === MARKER.dqt || marker === MARKER.dht;
}

/** APP0 to APP15 and comments: nothing that changes how the entropy-coded data is read. */
export function isApplication({ marker }: Segment): boolean {
  return (marker >= 0xe0 && marker <= 0xef) || marker === MARKER.com;
}

export function isEnd({ marker }: Segment): boolean {
  return marker === MARKER.eoi;
}

export function hasStart(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && bytes[at + 1] === MARKER.soi;
}

/** The size of a picture of a kind that we fully understand. */
export interface PlainFrame {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Reads the header of a whole stream from `at` (behind its SOI) on: 8 bits, Huffman-coded, not progressive, three
 * components in one scan, chroma at full or half resolution, each table defined before it is used.
 * Null for everything else.
 *
 * Why tables? libjpeg keeps those of the stream before: one that lacks its own would come out in another's colours.
 */
export function readPlainFrame(bytes: Uint8Array, at: number, inherited: DefinedTables): PlainFrame | null {
  const segments = readSegments(bytes, at);
  if (segments === null) return null;
  let tables: DefinedTables | null = inherited;
  let frame: (PlainFrame & { readonly quantisation: number; readonly ids: string }) | null = null;
  for (const segment of segments) {
    const { marker, start, end } = segment;
    if (isTables(segment)) {
      tables = withTables(bytes, segment, tables);
      if (tables === null) return null;
    } else if (marker === MARKER.sof0 || marker === MARKER.sof1) {
      if (frame !== null) return null;
      frame = readFrame(bytes, start, end);
      if (frame === null) return null;
    } else if (marker === MARKER.sos) {
      const scan = readScan(bytes, start, end);
      if (frame === null || scan === null || scan.ids !== frame.ids) return null;
      const complete = holds(tables.quantisation, frame.quantisation) && holds(tables.huffman, scan.huffman);
      return complete ? { widthPx: frame.widthPx, heightPx: frame.heightPx } : null;
    } else if (!isApplication(segment) && marker !== RESTART_INTERVAL) {
      return null;
    }
  }
  return null;
}

const RESTART_INTERVAL = 0xdd;
const COMPONENTS = 3;

function readFrame(bytes: Uint8Array, start: number, end: number) {
  if (end - start !== 10 + 3 * COMPONENTS || bytes[start + 4] !== 8 || bytes[start + 9] !== COMPONENTS) return null;
  let quantisation = 0;
  let ids = '';
  for (let i = 0; i < COMPONENTS; i++) {
    const [id, sampling, table] = [...bytes.subarray(start + 10 + 3 * i, start + 13 + 3 * i)] as [
      number,
      number,
      number,
    ];
    const plain = i === 0 ? LUMA_SAMPLINGS.includes(sampling) : sampling === 0x11;
    if (!plain || table > 3) return null;
    quantisation |= 1 << table;
    ids += `${id} `;
  }
  return { widthPx: word(bytes, start + 7), heightPx: word(bytes, start + 5), quantisation, ids };
}

/** Horizontal and vertical factors of 4:4:4, 4:4:0, 4:2:2 and 4:2:0. */
const LUMA_SAMPLINGS: readonly number[] = [0x11, 0x12, 0x21, 0x22];

function readScan(bytes: Uint8Array, start: number, end: number) {
  if (end - start !== 8 + 2 * COMPONENTS || bytes[start + 4] !== COMPONENTS) return null;
  let huffman = 0;
  let ids = '';
  for (let i = 0; i < COMPONENTS; i++) {
    const tables = bytes[start + 6 + 2 * i] as number;
    if (tables >> 4 > 3 || (tables & 15) > 3) return null;
    huffman |= (1 << (tables >> 4)) | (1 << (4 + (tables & 15)));
    ids += `${bytes[start + 5 + 2 * i]} `;
  }
  return { huffman, ids };
}

function holds(defined: number, needed: number): boolean {
  return (defined & needed) === needed;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
