/** A slide through the C library. Longer than a file should be: every case runs on each library that is at hand. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Slide } from 'node-openslide';
import { loadOpenSlide } from 'node-openslide';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TEST_LIBRARIES } from './config.ts';
import { errorOf, rejectionOf } from './error-of.ts';
import { TINY, tinyRgb, writeTinySlide } from './tiny-slide.ts';

const folder = mkdtempSync(join(tmpdir(), 'openslide-slide-'));
const jpegFile = join(folder, 'tiny.tif');
const exactFile = join(folder, 'exact µ 病.tif');
const brokenFile = join(folder, 'broken.tif');
const WHOLE = { xL0: 0, yL0: 0, level: 0, ...TINY };

beforeAll(async () => {
  await writeTinySlide(jpegFile, 'jpeg');
  await writeTinySlide(exactFile, 'deflate');
  // Each JPEG tile loses its start marker: the directories still read, the tiles no longer do.
  const bytes = readFileSync(jpegFile);
  for (const start of indicesOf(bytes, Buffer.from([0xff, 0xd8, 0xff]))) bytes.fill(0x5a, start, start + 8);
  writeFileSync(brokenFile, bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(TEST_LIBRARIES)('a slide in the library %s', (file) => {
  const openslide = loadOpenSlide(file);
  let slide: Slide;
  beforeEach(() => {
    slide = openslide.open(jpegFile);
  });
  afterEach(() => slide.close());

  it('states the vendor, 301 × 223 px, 4 levels with fractional downsamples, and properties that agree', async () => {
    expect(openslide.detectVendor(jpegFile)).toBe('generic-tiff');
    expect(await openslide.detectVendorAsync(jpegFile)).toBe('generic-tiff');
    expect(slide.dimensions).toEqual(TINY);
    expect(slide.levelCount).toBe(4);
    expect(slide.levels.map((level) => [level.widthPx, level.heightPx])).toEqual([
      [301, 223],
      [150, 111],
      [75, 55],
      [37, 27],
    ]);
    // OpenSlide's downsample is the mean of both axes' ratios.
    expect(slide.levels[1]?.downsample).toBeCloseTo((301 / 150 + 223 / 111) / 2, 9);
    expect(slide.properties['openslide.level[0].width']).toBe('301');
    expect(slide.properties['openslide.vendor']).toBe('generic-tiff');
    expect(slide.associatedImages).toEqual({});
  });

  it('chooses for downsample 0.5, 1, 2, 3, 8.2 and 1000 the levels 0, 0, 0, 1, 3 and 3', () => {
    expect([0.5, 1, 2, 3, 8.2, 1000].map((value) => slide.bestLevelForDownsample(value))).toEqual([0, 0, 0, 1, 3, 3]);
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(errorOf(() => slide.bestLevelForDownsample(value)).code).toBe('ARGUMENT_INVALID');
    }
  });

  it('reads all 67,123 pixels of a lossless slide as B, G, R, 255, from a path beyond ASCII', () => {
    const exact = openslide.open(exactFile);
    try {
      const pixels = exact.readRegionSync(WHOLE);
      const expected = new Uint8Array(TINY.widthPx * TINY.heightPx * 4);
      for (let y = 0; y < TINY.heightPx; y += 1) {
        for (let x = 0; x < TINY.widthPx; x += 1) {
          const [r, g, b] = tinyRgb(x, y);
          expected.set([b, g, r, 255], (y * TINY.widthPx + x) * 4);
        }
      }
      expect(Buffer.compare(pixels, expected)).toBe(0);
    } finally {
      exact.close();
    }
  });

  it('gives for any region the crop of one whole read, transparent outside, sync and async alike', async () => {
    const whole = slide.readRegionSync(WHOLE);
    const region = fc.record({
      xL0: fc.integer({ min: -80, max: 380 }),
      yL0: fc.integer({ min: -80, max: 300 }),
      widthPx: fc.integer({ min: 0, max: 120 }),
      heightPx: fc.integer({ min: 0, max: 120 }),
    });
    await fc.assert(
      fc.asyncProperty(region, async ({ xL0, yL0, widthPx, heightPx }) => {
        const request = { xL0, yL0, level: 0, widthPx, heightPx };
        const pixels = slide.readRegionSync(request);
        expect(Buffer.compare(pixels, crop(whole, request))).toBe(0);
        expect(Buffer.compare(pixels, await slide.readRegion(request))).toBe(0);
      }),
      { numRuns: 150, examples: [[{ xL0: -100, yL0: -100, widthPx: 100, heightPx: 100 }]] },
    );
  });

  it('reads each of the 4 levels whole, opaque, sync and async alike', async () => {
    for (const [level, { widthPx, heightPx }] of slide.levels.entries()) {
      const request = { xL0: 0, yL0: 0, level, widthPx, heightPx };
      const pixels = slide.readRegionSync(request);
      expect(pixels.length).toBe(widthPx * heightPx * 4);
      expect(pixels.every((value, index) => index % 4 !== 3 || value === 255)).toBe(true);
      expect(Buffer.compare(pixels, await slide.readRegion(request))).toBe(0);
    }
  });

  it('answers 2^53 - 1 px away with 64 transparent pixels', () => {
    for (const far of [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
      const pixels = slide.readRegionSync({ xL0: far, yL0: far, level: 0, widthPx: 8, heightPx: 8 });
      expect(pixels).toEqual(new Uint8Array(256));
    }
  });

  it('answers 600 reads at once, over twice what koffi can hold', async () => {
    const request = { xL0: 10, yL0: 20, level: 0, widthPx: 32, heightPx: 32 };
    const expected = slide.readRegionSync(request);
    const all = await Promise.all(Array.from({ length: 600 }, () => slide.readRegion(request)));
    expect(all.filter((pixels) => Buffer.compare(pixels, expected) === 0).length).toBe(600);
  });

  it.each([
    ['xL0', 0.5],
    ['yL0', Number.NaN],
    ['xL0', 2 ** 53],
    ['widthPx', -1],
    ['heightPx', 1.5],
    ['heightPx', Number.POSITIVE_INFINITY],
    ['level', -1],
    ['level', 4],
    ['level', 0.5],
  ])('refuses %s = %d before any native call', async (name, value) => {
    const request = { ...WHOLE, [name]: value };
    const error = errorOf(() => slide.readRegionSync(request));
    expect([error.code, error.functionName]).toEqual(['ARGUMENT_INVALID', 'openslide_read_region']);
    expect(error.message).toContain(name);
    expect((await rejectionOf(slide.readRegion(request))).code).toBe('ARGUMENT_INVALID');
  });

  it('refuses over 1 GiB by default, over 400 bytes when told, and the largest sizes of all', () => {
    const at = { xL0: 0, yL0: 0, level: 0 };
    const huge = Number.MAX_SAFE_INTEGER;
    for (const [widthPx, heightPx] of [
      [16384, 16385],
      [huge, huge],
      [huge, 1],
    ] as const) {
      expect(errorOf(() => slide.readRegionSync({ ...at, widthPx, heightPx })).code).toBe('TOO_LARGE');
    }
    const small = loadOpenSlide(file, { maxBufferBytes: 400 }).open(jpegFile);
    expect(small.readRegionSync({ ...at, widthPx: 10, heightPx: 10 }).length).toBe(400);
    expect(errorOf(() => small.readRegionSync({ ...at, widthPx: 101, heightPx: 1 })).code).toBe('TOO_LARGE');
    small.close();
  });

  it('refuses an associated image that is not there, even one named as an inherited member', async () => {
    for (const name of ['label', 'constructor', '__proto__', '']) {
      expect(errorOf(() => slide.readAssociatedImageSync(name)).code).toBe('NAME_UNKNOWN');
      expect((await rejectionOf(slide.readAssociatedImage(name))).code).toBe('NAME_UNKNOWN');
    }
  });

  it.runIf(openslide.features.iccProfile)('reads the same 480 bytes of ICC profile sync and async', async () => {
    const profile = slide.iccProfileSync();
    // Bytes 36 to 39 of an ICC profile are "acsp" (ICC.1:2022, 7.2.9).
    expect(Buffer.from(profile?.subarray(36, 40) ?? []).toString('latin1')).toBe('acsp');
    expect(await slide.iccProfile()).toEqual(profile);
    expect(errorOf(() => slide.associatedIccProfileSync('label')).code).toBe('NAME_UNKNOWN');
    expect((await rejectionOf(slide.associatedIccProfile('label'))).code).toBe('NAME_UNKNOWN');
  });

  it.runIf(openslide.features.cache)('gives the same pixels with a cache of 0 and 1 MiB, own or shared', () => {
    const expected = slide.readRegionSync(WHOLE);
    for (const capacityBytes of [0, 2 ** 20]) {
      slide.setCacheBytes(capacityBytes);
      expect(Buffer.compare(slide.readRegionSync(WHOLE), expected)).toBe(0);
    }
    const cache = openslide.createCache(2 ** 20);
    const other = openslide.open(jpegFile);
    slide.setCache(cache);
    other.setCache(cache);
    cache.release();
    cache.release();
    expect(errorOf(() => slide.setCache(cache)).code).toBe('CLOSED');
    expect(Buffer.compare(slide.readRegionSync(WHOLE), expected)).toBe(0);
    other.close();
    expect(Buffer.compare(slide.readRegionSync(WHOLE), expected)).toBe(0);
    expect(errorOf(() => slide.setCacheBytes(-1)).code).toBe('ARGUMENT_INVALID');
  });

  it.runIf(!openslide.features.cache)('says FEATURE_UNAVAILABLE for the 4 functions of 4.0', async () => {
    const acts = [
      () => slide.setCacheBytes(1),
      () => openslide.createCache(1),
      () => slide.iccProfileSync(),
      () => slide.associatedIccProfileSync('label'),
    ];
    expect(acts.map((act) => errorOf(act).code)).toEqual(Array(4).fill('FEATURE_UNAVAILABLE'));
    expect((await rejectionOf(slide.iccProfile())).code).toBe('FEATURE_UNAVAILABLE');
  });

  it('says for each of 6 unopenable paths why, sync and async alike', async () => {
    const text = join(folder, 'text.svs');
    const empty = join(folder, 'empty.svs');
    const directory = join(folder, 'directory.svs');
    writeFileSync(text, 'no slide');
    writeFileSync(empty, '');
    mkdirSync(directory, { recursive: true });
    for (const [path, code] of [
      [text, 'FORMAT_UNSUPPORTED'],
      [empty, 'FORMAT_UNSUPPORTED'],
      [directory, 'FORMAT_UNSUPPORTED'],
      [join(folder, 'absent.svs'), 'FILE_UNREADABLE'],
      ['', 'ARGUMENT_INVALID'],
      [`${jpegFile}\0.svs`, 'ARGUMENT_INVALID'],
    ] as const) {
      const error = errorOf(() => openslide.open(path));
      expect([path, error.code, error.functionName]).toEqual([path, code, 'openslide_open']);
      expect((await rejectionOf(openslide.openAsync(path))).code).toBe(code);
      if (code !== 'ARGUMENT_INVALID') expect(openslide.detectVendor(path)).toBeNull();
      else expect(errorOf(() => openslide.detectVendor(path)).code).toBe(code);
    }
  });

  it('throws the error of a damaged tile by function name and, since it is latched, for every call after', async () => {
    const broken = openslide.open(brokenFile);
    const error = errorOf(() => broken.readRegionSync(WHOLE));
    expect([error.code, error.functionName]).toEqual(['NATIVE_ERROR', 'openslide_read_region']);
    expect(error.message).toContain(brokenFile);
    const later = errorOf(() => broken.bestLevelForDownsample(1));
    expect([later.code, later.functionName]).toEqual(['NATIVE_ERROR', 'openslide_get_best_level_for_downsample']);
    expect((await rejectionOf(broken.readRegion(WHOLE))).code).toBe('NATIVE_ERROR');
    broken.close();
    expect(errorOf(() => broken.readRegionSync(WHOLE)).code).toBe('CLOSED');
  });

  it('rejects all 20 reads at once of a damaged slide and closes it', async () => {
    const broken = await openslide.openAsync(brokenFile);
    const reads = Array.from({ length: 20 }, () => rejectionOf(broken.readRegion(WHOLE)));
    const codes = (await Promise.all(reads)).map((error) => error.code);
    expect(codes).toEqual(Array(20).fill('NATIVE_ERROR'));
    await broken.closeAsync();
  });

  it('refuses every one of 8 calls after close, and closes twice without harm', async () => {
    slide.close();
    slide.close();
    await slide.closeAsync();
    expect(slide.isClosed).toBe(true);
    const acts = [
      () => slide.readRegionSync(WHOLE),
      () => slide.readRegionSync({ ...WHOLE, widthPx: 0 }),
      () => slide.readAssociatedImageSync('label'),
      () => slide.bestLevelForDownsample(1),
      () => slide.iccProfileSync(),
      () => slide.associatedIccProfileSync('label'),
      () => slide.setCacheBytes(1),
    ];
    expect(acts.map((act) => errorOf(act).code)).toEqual(Array(7).fill('CLOSED'));
    expect((await rejectionOf(slide.readRegion(WHOLE))).code).toBe('CLOSED');
    expect(slide.dimensions).toEqual(TINY);
  });

  it('finishes 300 reads in flight when closed among them, and only then frees the slide', async () => {
    const expected = slide.readRegionSync(WHOLE);
    let settledCount = 0;
    const reads = Array.from({ length: 300 }, async () => {
      const pixels = await slide.readRegion(WHOLE);
      settledCount += 1;
      return Buffer.compare(pixels, expected);
    });
    slide.close();
    expect((await rejectionOf(slide.readRegion(WHOLE))).code).toBe('CLOSED');
    const freed = slide.closeAsync().then(() => settledCount);
    expect(new Set(await Promise.all(reads))).toEqual(new Set([0]));
    expect(await freed).toBeGreaterThanOrEqual(299);
  });

  it('closes by `using` and by `await using`', async () => {
    let kept: Slide;
    {
      using inner = openslide.open(jpegFile);
      kept = inner;
    }
    expect(kept.isClosed).toBe(true);
    {
      await using inner = await openslide.openAsync(jpegFile);
      kept = inner;
    }
    expect(kept.isClosed).toBe(true);
  });

  it.runIf(process.platform === 'linux')('opens, reads and closes 200 times and leaves no file open', async () => {
    const countOpen = (): number => readdirSync('/proc/self/fd').length;
    const before = countOpen();
    for (let round = 0; round < 100; round += 1) {
      const a = openslide.open(jpegFile);
      a.readRegionSync({ ...WHOLE, widthPx: 70 });
      a.close();
      const b = await openslide.openAsync(jpegFile);
      await b.readRegion({ ...WHOLE, widthPx: 70 });
      await b.closeAsync();
      errorOf(() => openslide.open(folder));
    }
    expect(countOpen()).toBeLessThanOrEqual(before);
  });
});

interface Region {
  readonly xL0: number;
  readonly yL0: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Copies the region out of the whole slide pixel by pixel; pixels outside stay 0, 0, 0, 0. */
function crop(whole: Uint8Array, { xL0, yL0, widthPx, heightPx }: Region): Uint8Array {
  const result = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const [sx, sy] = [xL0 + x, yL0 + y];
      if (sx < 0 || sy < 0 || sx >= TINY.widthPx || sy >= TINY.heightPx) continue;
      const from = (sy * TINY.widthPx + sx) * 4;
      result.set(whole.subarray(from, from + 4), (y * widthPx + x) * 4);
    }
  }
  return result;
}

function indicesOf(bytes: Buffer, pattern: Buffer): readonly number[] {
  const indices: number[] = [];
  for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) indices.push(at);
  return indices;
}
