import sharp, { type JpegOptions } from 'sharp';
import { buildTiff, type TestField } from '../tiff-file.ts';

/** A slide of JPEG tiles for tests, as it is written before any damage. */
export interface JpegSlide {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tilePx: number;
  /** Whole streams, row by row. */
  readonly tiles: readonly Uint8Array[];
  readonly jpegTables?: Uint8Array;
  readonly photometric?: number;
}

const FIRST_TILE_AT = 64;

/** Encodes tiles, each of another pattern, with the typical Huffman tables; `jpeg` goes to sharp. */
export async function drawTiles(count: number, tilePx: number, jpeg: JpegOptions = {}): Promise<Uint8Array[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, tile) => {
      const data = new Uint8Array(tilePx * tilePx * 3).map((_, i) => 128 + 90 * Math.sin(i * (0.011 + tile * 0.002)));
      const raw = { width: tilePx, height: tilePx, channels: 3 as const };
      return new Uint8Array(
        await sharp(data, { raw })
          .jpeg({ quality: 90, optimiseCoding: false, ...jpeg })
          .toBuffer(),
      );
    }),
  );
}

/** The fields of the slide's one directory, in the order of their tags. */
export function fieldsOf(slide: JpegSlide): TestField[] {
  const { widthPx, heightPx, tilePx, tiles, jpegTables, photometric = 6 } = slide;
  let at = FIRST_TILE_AT;
  const offsets = tiles.map(({ length }) => {
    const offset = at;
    at += length;
    return offset;
  });
  const fields: TestField[] = [
    { tag: 256, type: 4, values: [widthPx] },
    { tag: 257, type: 4, values: [heightPx] },
    { tag: 258, type: 3, values: [8, 8, 8] },
    { tag: 259, type: 3, values: [7] },
    { tag: 262, type: 3, values: [photometric] },
    { tag: 277, type: 3, values: [3] },
    { tag: 284, type: 3, values: [1] },
    { tag: 322, type: 3, values: [tilePx] },
    { tag: 323, type: 3, values: [tilePx] },
    { tag: 324, type: 4, values: offsets },
    { tag: 325, type: 4, values: tiles.map(({ length }) => length) },
    { tag: 530, type: 3, values: [2, 2] },
  ];
  return jpegTables === undefined ? fields : withFields(fields, [{ tag: 347, type: 7, values: [...jpegTables] }]);
}

/** Puts fields in the place of those with the same tags. */
export function withFields(fields: readonly TestField[], changed: readonly TestField[]): TestField[] {
  const tags = changed.map(({ tag }) => tag);
  return [...fields.filter(({ tag }) => !tags.includes(tag)), ...changed].sort((a, b) => a.tag - b.tag);
}

/** Writes directories over the slide's tiles. */
export function writeSlide(
  { tiles }: JpegSlide,
  directories: readonly (readonly TestField[])[],
  how: { readonly big?: boolean } = {},
): Uint8Array {
  const pixels = Buffer.concat(tiles);
  const pixelBytes = FIRST_TILE_AT - 16 + pixels.length;
  const file = buildTiff({ ...how, directories: directories.map((fields) => ({ fields })), pixelBytes });
  file.set(pixels, FIRST_TILE_AT);
  return file;
}

/** Takes segments out of a stream: returns the stream without them, and them. */
export function takeOut(jpeg: Uint8Array, markers: readonly number[]): { rest: Uint8Array; taken: Uint8Array } {
  const rest = [...jpeg.subarray(0, 2)];
  const taken: number[] = [];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) {
    const end = at + 2 + ((jpeg[at + 2] as number) << 8) + (jpeg[at + 3] as number);
    (markers.includes(jpeg[at + 1] as number) ? taken : rest).push(...jpeg.subarray(at, end));
    at = end;
  }
  return { rest: Uint8Array.from([...rest, ...jpeg.subarray(at)]), taken: Uint8Array.from(taken) };
}

export const MARKERS = { app0: 0xe0, dqt: 0xdb, dht: 0xc4 } as const;

/** A JPEGTables field with these segments. */
export function tablesField(...segments: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from([0xff, 0xd8, ...Buffer.concat(segments), 0xff, 0xd9]);
}
