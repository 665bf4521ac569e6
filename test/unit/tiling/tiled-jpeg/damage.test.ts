import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestField } from '../tiff-file.ts';
import { countTiles, differences, fateOf } from './compare-readers.ts';
import {
  drawTiles,
  fieldsOf,
  type JpegSlide,
  MARKERS,
  tablesField,
  takeOut,
  withFields,
  writeSlide,
} from './jpeg-slide.ts';

/** 100 × 90 px in 2 × 2 tiles of 64. */
let base: JpegSlide;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gigascope-jpeg-'));
  base = { widthPx: 100, heightPx: 90, tilePx: 64, tiles: await drawTiles(4, 64) };
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

let files = 0;
async function written(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `slide-${files++}.tif`);
  await writeFile(path, bytes);
  return path;
}

const { app0, dqt, dht } = MARKERS;
const short = (tag: number, ...values: number[]): TestField => ({ tag, type: 3, values });
const long = (tag: number, ...values: number[]): TestField => ({ tag, type: 4, values });
const withTags = (slide: JpegSlide, ...changed: TestField[]): Uint8Array =>
  writeSlide(slide, [withFields(fieldsOf(slide), changed)]);
const without = (slide: JpegSlide, tag: number): Uint8Array =>
  writeSlide(slide, [fieldsOf(slide).filter((field) => field.tag !== tag)]);
const numbersOf = (slide: JpegSlide, tag: number): number[] => [
  ...(fieldsOf(slide).find((field) => field.tag === tag)?.values ?? []),
];
const withTile = (slide: JpegSlide, index: number, tile: Uint8Array): JpegSlide => ({
  ...slide,
  tiles: slide.tiles.with(index, tile),
});
const stripped = (slide: JpegSlide, ...markers: number[]): JpegSlide => ({
  ...slide,
  tiles: slide.tiles.map((tile) => takeOut(tile, markers).rest),
});
/** As scanners write them: what all tiles share stands once in JPEGTables. */
const abbreviated = (slide: JpegSlide, ...markers: number[]): JpegSlide => ({
  ...stripped(slide, ...markers),
  jpegTables: tablesField(takeOut(slide.tiles[0] as Uint8Array, markers).taken),
});
const whole = (slide: JpegSlide): Uint8Array => writeSlide(slide, [fieldsOf(slide)]);
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('plain slides are taken, every tile is decoded and its pixels are OpenSlide’s', () => {
  const plain: Readonly<Record<string, (slide: JpegSlide) => Uint8Array | Promise<Uint8Array>>> = {
    'whole streams': whole,
    BigTIFF: (slide) => writeSlide(slide, [fieldsOf(slide)], { big: true }),
    'tables apart': (slide) => whole(abbreviated(slide, dqt, dht)),
    'tables and a comment apart': (slide) => {
      const { taken } = takeOut(slide.tiles[0] as Uint8Array, [dqt, dht]);
      return whole({ ...stripped(slide, dqt, dht), jpegTables: tablesField(bytes('fffe 0004 6869'), taken) });
    },
    'RGB without an Adobe marker': (slide) => whole({ ...stripped(slide, app0), photometric: 2 }),
    'RGB with tables apart': (slide) => whole({ ...abbreviated(stripped(slide, app0), dqt, dht), photometric: 2 }),
    'orientation 1 stated': (slide) => withTags(slide, short(274, 1)),
    'a shared tile': (slide) => {
      const [first, , third, fourth] = numbersOf(slide, 324) as [number, number, number, number];
      const [a, , c, d] = numbersOf(slide, 325) as [number, number, number, number];
      return withTags(slide, long(324, first, first, third, fourth), long(325, a, a, c, d));
    },
    '4:4:4': async (slide) => whole({ ...slide, tiles: await drawTiles(4, 64, { chromaSubsampling: '4:4:4' }) }),
    'typical Huffman tables, left out': async (slide) => {
      const tiles = await drawTiles(4, 64);
      return whole(abbreviated(stripped({ ...slide, tiles }, dht), dqt));
    },
  };
  test.each(Object.keys(plain))('%s', async (name) => {
    const path = await written(await (plain[name] as (typeof plain)[string])(base));
    expect(await fateOf(path)).toBe('taken');
    expect(await countTiles(async () => expect(await differences(path)).toEqual([]))).toEqual({ decoded: 4, left: 0 });
  });
});

describe('what is not plain is left to OpenSlide as a whole, and the reason is said', () => {
  const odd: Readonly<Record<string, readonly [(slide: JpegSlide) => Uint8Array, string]>> = {
    'orientation 3': [(slide) => withTags(slide, short(274, 3)), 'Orientation is 3'],
    'separate planes': [(slide) => withTags(slide, short(284, 2)), 'PlanarConfiguration is 2'],
    'photometric 5': [(slide) => withTags(slide, short(262, 5)), 'Photometric is 5'],
    'no photometric': [(slide) => without(slide, 262), 'Photometric is missing'],
    'JPEG 2000': [(slide) => withTags(slide, short(259, 33005)), 'Compression is 33005'],
    'the old kind of JPEG': [(slide) => withTags(slide, short(259, 6)), 'Compression is 6'],
    '12 bits': [(slide) => withTags(slide, short(258, 12, 12, 12)), 'BitsPerSample is 12, 12, 12'],
    '4 samples': [(slide) => withTags(slide, short(258, 8, 8, 8, 8), short(277, 4)), 'SamplesPerPixel is 4'],
    'an extra sample': [(slide) => withTags(slide, short(338, 0)), 'extra samples'],
    'signed samples': [(slide) => withTags(slide, short(339, 2, 2, 2)), 'SampleFormat is 2, 2, 2'],
    'bits in reverse': [(slide) => withTags(slide, short(266, 2)), 'FillOrder is 2'],
    'a predictor': [(slide) => withTags(slide, short(317, 2)), 'Predictor is 2'],
    '4:1:1': [(slide) => withTags(slide, short(530, 4, 1)), 'YCbCrSubSampling is 4, 1'],
    'a scale of black and white of another type': [(slide) => withTags(slide, short(532, 1)), 'ReferenceBlackWhite'],
    'a restart interval in the tables': [
      (slide) => whole({ ...slide, jpegTables: tablesField(bytes('ffdd 0004 0002')) }),
      'JPEGTables holds more',
    ],
    'tables that end early': [
      (slide) => whole({ ...slide, jpegTables: bytes('ffd8 ffdb 0043 00') }),
      'JPEGTables holds more',
    ],
    'a tile of no bytes': [
      (slide) => withTags(slide, long(325, ...numbersOf(slide, 325).with(2, 0))),
      'tile 2 is left out',
    ],
    'a tile at no offset': [
      (slide) => withTags(slide, long(324, ...numbersOf(slide, 324).with(1, 0))),
      'tile 1 is left out',
    ],
    'tiles that overlap in the file': [
      (slide) => withTags(slide, long(325, ...numbersOf(slide, 325).map((length) => length + 1))),
      'tiles overlap',
    ],
    'an offset too many': [
      (slide) => withTags(slide, long(324, ...numbersOf(slide, 324), 64)),
      'other numbers of offsets',
    ],
    'two images of the same size': [
      (slide) => writeSlide(slide, [fieldsOf(slide), fieldsOf(slide)]),
      'level 0 is 2 directories',
    ],
  };
  test.each(Object.keys(odd))('%s', async (name) => {
    const [damage, reason] = odd[name] as (typeof odd)[string];
    const path = await written(damage(base));
    const fate = await fateOf(path);
    // What OpenSlide itself does not open has its code; the rest says what is odd.
    if (!/^[A-Z_]+$/.test(fate)) {
      expect(fate).toContain(reason);
      expect(await differences(path)).toEqual([]);
    }
  });
});

describe('a tile that is not what its directory promises is left to OpenSlide, and its neighbours are not', () => {
  const inTile = (tile: Uint8Array, edit: (copy: Uint8Array) => void): Uint8Array => {
    const copy = tile.slice();
    edit(copy);
    return copy;
  };
  const damages: Readonly<Record<string, (slide: JpegSlide) => JpegSlide | Promise<JpegSlide>>> = {
    'a progressive stream': async (slide) =>
      withTile(slide, 1, (await drawTiles(1, 64, { progressive: true }))[0] as Uint8Array),
    'a stream of 128 × 128 px': async (slide) => withTile(slide, 1, (await drawTiles(1, 128))[0] as Uint8Array),
    'a stream of 32 × 32 px': async (slide) => withTile(slide, 1, (await drawTiles(1, 32))[0] as Uint8Array),
    zeros: (slide) => withTile(slide, 1, new Uint8Array(500)),
    'a stream cut in its middle': (slide) =>
      withTile(
        slide,
        1,
        inTile(slide.tiles[1] as Uint8Array, (copy) => copy.fill(0, copy.length / 2)),
      ),
    'a hole of 0xff': (slide) =>
      withTile(
        slide,
        1,
        inTile(slide.tiles[1] as Uint8Array, (copy) => copy.fill(255, copy.length - 60, -10)),
      ),
    'no quantisation table, while its neighbours have them': (slide) =>
      withTile(slide, 1, takeOut(slide.tiles[1] as Uint8Array, [dqt]).rest),
    'a JFIF marker among RGB tiles': (slide) => {
      const rest = takeOut(slide.tiles[1] as Uint8Array, [app0]).rest.subarray(2);
      const jfif = bytes('ffd8 ffe0 0010 4a46494600 0101 00 0001 0001 0000');
      return { ...withTile(stripped(slide, app0), 1, Uint8Array.from([...jfif, ...rest])), photometric: 2 };
    },
    'an Adobe marker for RGB among YCbCr tiles': (slide) => {
      const [soi, rest] = [[0xff, 0xd8], takeOut(slide.tiles[1] as Uint8Array, [app0]).rest.subarray(2)];
      return withTile(slide, 1, Uint8Array.from([...soi, ...bytes('ffee 000e 41646f6265 0064 0000 0000 00'), ...rest]));
    },
  };
  test.each(Object.keys(damages))('%s', async (name) => {
    const path = await written(whole(await (damages[name] as (typeof damages)[string])(base)));
    expect(await fateOf(path)).toBe('taken');
    const counts = await countTiles(async () => expect(await differences(path)).toEqual([]));
    expect(counts.decoded).toBe(3);
    expect(counts.left).toBeGreaterThan(0);
  });
});

test('whatever bytes of a slide are changed, pixels and codes are those of OpenSlide', async () => {
  const sound = whole(abbreviated(base, dqt, dht));
  const edits = fc.array(fc.tuple(fc.integer({ min: 16, max: sound.length - 1 }), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  const path = await written(sound);
  await fc.assert(
    fc.asyncProperty(edits, async (changes) => {
      const damaged = sound.slice();
      for (const [at, value] of changes) damaged[at] = value;
      await writeFile(path, damaged);
      if (!/^[A-Z_]+$/.test(await fateOf(path))) expect(await differences(path)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
