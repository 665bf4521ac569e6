/** Builds small TIFF files for tests, right ones and wrong ones. */
export interface TestField {
  readonly tag: number;
  /** 3 SHORT, 4 LONG, 7 UNDEFINED (bytes), 16 LONG8. */
  readonly type: 3 | 4 | 7 | 16;
  readonly values: readonly number[];
}

export interface TestTiff {
  readonly big?: boolean;
  readonly littleEndian?: boolean;
  readonly directories: readonly { readonly fields: readonly TestField[]; readonly next?: number }[];
  /** Overrides the header's pointer to the first directory. */
  readonly first?: number;
  /** Bytes of pixels between the header and the directories. */
  readonly pixelBytes?: number;
}

const TYPE_BYTES = { 3: 2, 4: 4, 7: 1, 16: 8 } as const;

/** Fields of a tiled image; all tiles lie on the same bytes from 16 on. */
export function tiledFields(width: number, height: number, tile: number, bytes = 32): TestField[] {
  const tiles = Math.ceil(width / tile) * Math.ceil(height / tile);
  return [
    { tag: 256, type: 4, values: [width] },
    { tag: 257, type: 4, values: [height] },
    { tag: 322, type: 3, values: [tile] },
    { tag: 323, type: 3, values: [tile] },
    { tag: 324, type: 4, values: Array<number>(tiles).fill(16) },
    { tag: 325, type: 4, values: Array<number>(tiles).fill(bytes) },
  ];
}

export function buildTiff({
  big = false,
  littleEndian = true,
  directories,
  first,
  pixelBytes = 64,
}: TestTiff): Uint8Array {
  const bytes: number[] = [];
  const put = (value: number, width: number): void => {
    for (let i = 0; i < width; i++) {
      const shift = littleEndian ? i : width - 1 - i;
      bytes.push(Number((BigInt(value) >> BigInt(8 * shift)) & 255n));
    }
  };
  const word = big ? 8 : 4;
  const start = 16 + pixelBytes;
  bytes.push(...(littleEndian ? [0x49, 0x49] : [0x4d, 0x4d]));
  put(big ? 43 : 42, 2);
  if (big) {
    put(8, 2);
    put(0, 2);
  }
  put(first ?? start, word);
  while (bytes.length < start) bytes.push(0);
  for (const [index, { fields, next }] of directories.entries()) {
    const directorySize = (big ? 8 : 2) + fields.length * (big ? 20 : 12) + word;
    let extra = bytes.length + directorySize;
    const tail: TestField[] = [];
    put(fields.length, big ? 8 : 2);
    for (const field of fields) {
      put(field.tag, 2);
      put(field.type, 2);
      put(field.values.length, word);
      const size = field.values.length * TYPE_BYTES[field.type];
      if (size <= word) {
        for (const value of field.values) put(value, TYPE_BYTES[field.type]);
        for (let pad = size; pad < word; pad++) bytes.push(0);
      } else {
        put(extra, word);
        extra += size;
        tail.push(field);
      }
    }
    put(next ?? (index === directories.length - 1 ? 0 : extra), word);
    for (const field of tail) for (const value of field.values) put(value, TYPE_BYTES[field.type]);
  }
  return new Uint8Array(bytes);
}
