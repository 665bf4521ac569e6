import { access, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MaskPyramidWriter } from '@gigascope/tiff';
import fc from 'fast-check';
import { loadOpenSlide } from 'node-openslide';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldBytes } from './held-memory.ts';

interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mask-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const freshPath = (): string => join(folder, `mask-${files++}.tif`);
const optionsOf = ({ width, height }: Pick<Mask, 'width' | 'height'>, mpp = 0.25) => ({
  ...{ widthPx: width, heightPx: height, mpp },
  title: 'nuclei 1.0: nucleus',
  software: 'test',
});

/** Dots of 1 to 255 on nothing, few enough that most of the tiles stay empty, and a block that fills some. */
function dotted(width: number, height: number, seed = 1): Mask {
  const data = new Uint8Array(width * height);
  let state = seed * 2_654_435_761;
  for (let k = 0; k < 60; k++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[state % data.length] = 1 + ((state >>> 8) % 255);
  }
  for (let y = Math.floor(height / 2); y < Math.min(height, Math.floor(height / 2) + 90); y++)
    data.fill(2, y * width + Math.floor(width / 3), y * width + Math.floor(width / 2));
  return { width, height, data };
}

async function written(mask: Mask, rowsAtOnce = 37): Promise<string> {
  const path = freshPath();
  await using writer = await MaskPyramidWriter.create(path, optionsOf(mask));
  const step = rowsAtOnce * mask.width;
  for (let at = 0; at < mask.data.length; at += step) await writer.addRows(mask.data.subarray(at, at + step));
  await writer.finish();
  return path;
}

/** Level k from level 0 alone: the largest value of each whole square of 2^k × 2^k pixels. */
function pooled({ width, height, data }: Mask, level: number): Mask {
  const side = 2 ** level;
  const size = { width: Math.floor(width / side), height: Math.floor(height / side) };
  const out = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height * side; y++)
    for (let x = 0; x < size.width * side; x++) {
      const at = Math.floor(y / side) * size.width + Math.floor(x / side);
      out[at] = Math.max(out[at] as number, data[y * width + x] as number);
    }
  return { ...size, data: out };
}

async function page(path: string, index: number): Promise<Mask> {
  const { data, info } = await sharp(path, { page: index }).raw().toBuffer({ resolveWithObject: true });
  const grey = Uint8Array.from({ length: info.width * info.height }, (_, k) => data[k * info.channels] as number);
  return { width: info.width, height: info.height, data: grey };
}

function expectSame(found: Mask, expected: Mask): void {
  expect([found.width, found.height]).toEqual([expected.width, expected.height]);
  expect(Buffer.compare(found.data, expected.data)).toBe(0);
}

describe('a mask pyramid', () => {
  it('of 1301 × 777 px has 4 levels down to 162 × 97, each the largest of the level below, as sharp reads it', async () => {
    const mask = dotted(1301, 777);
    const path = await written(mask);
    const { pages } = await sharp(path).metadata();
    expect(pages).toBe(4);
    for (const level of [0, 1, 2, 3]) expectSame(await page(path, level), pooled(mask, level));
  });

  it('reads the same through OpenSlide, with levels of 650 × 388, 325 × 194 and 162 × 97 and 0.25 µm/px', async () => {
    const mask = dotted(1301, 777, 2);
    await using slide = loadOpenSlide().open(await written(mask, 400));
    const { levels, properties } = slide;
    expect(levels.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
      [1301, 777],
      [650, 388],
      [325, 194],
      [162, 97],
    ]);
    expect(10_000 / Number(properties['tiff.XResolution'])).toBeCloseTo(0.25, 6);
    for (const [level, { widthPx, heightPx }] of levels.entries()) {
      const bgra = slide.readRegionSync({ level, xL0: 0, yL0: 0, widthPx, heightPx });
      const data = Uint8Array.from({ length: widthPx * heightPx }, (_, k) => bgra[4 * k] as number);
      expectSame({ width: widthPx, height: heightPx, data }, pooled(mask, level));
    }
  });

  it('holds any size from 1 to 600 px, in strips of any height, on 25 masks', async () => {
    const side = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.constantFrom(1, 2, 255, 256, 257, 511, 512, 513));
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.integer({ min: 1, max: 300 }),
        fc.nat(1000),
        async (width, height, rows, seed) => {
          const mask = dotted(width, height, seed + 1);
          const path = await written(mask, rows);
          const levels = (await sharp(path).metadata()).pages ?? 1;
          // Halved until it fits one tile of 256 px, but never to nothing.
          const wanted = Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / 256)));
          expect(levels).toBe(1 + Math.min(wanted, Math.floor(Math.log2(Math.min(width, height)))));
          for (let level = 0; level < levels; level++) expectSame(await page(path, level), pooled(mask, level));
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([0.25, 0.2425, 0.12345, 2.5, 16])('states %d µm/px to a thousandth of a percent', async (mpp) => {
    const path = freshPath();
    await using writer = await MaskPyramidWriter.create(path, optionsOf({ width: 3, height: 2 }, mpp));
    await writer.addRows(new Uint8Array(6));
    await writer.finish();
    await using slide = loadOpenSlide().open(path);
    expect(Math.abs(10_000 / Number(slide.properties['tiff.XResolution']) / mpp - 1)).toBeLessThan(1e-5);
  });

  it('stores an empty mask of 9,000 × 9,000 px, 1,296 tiles of level 0, in under 50 kB', async () => {
    const path = freshPath();
    await using writer = await MaskPyramidWriter.create(path, optionsOf({ width: 9000, height: 9000 }));
    const rows = new Uint8Array(9000 * 256);
    for (let y = 0; y < 9000; y += 256) await writer.addRows(rows.subarray(0, Math.min(256, 9000 - y) * 9000));
    await writer.finish();
    expect((await stat(path)).size).toBeLessThan(50_000);
  });

  it('holds under 6 MB over 4,096 × 20,000 px, 82 million, of which a row of tiles is 1 MB', async () => {
    const path = freshPath();
    const strip = dotted(4096, 200).data;
    const before = await heldBytes();
    await using writer = await MaskPyramidWriter.create(path, optionsOf({ width: 4096, height: 20_000 }));
    let most = 0;
    for (let y = 0; y < 20_000; y += 200) {
      await writer.addRows(strip);
      if (y % 2000 === 0) most = Math.max(most, (await heldBytes()) - before);
    }
    await writer.finish();
    expect(most).toBeLessThan(6e6);
  });
});

describe('an unfinished mask pyramid', () => {
  it('is removed when it is disposed of with half of its rows', async () => {
    const path = freshPath();
    {
      await using writer = await MaskPyramidWriter.create(path, optionsOf({ width: 300, height: 300 }));
      await writer.addRows(new Uint8Array(300 * 150).fill(1));
      await access(path);
    }
    expect(await readdir(folder)).not.toContain(path.slice(folder.length + 1));
  });

  it('refuses to finish with one row of 300 missing', async () => {
    const path = freshPath();
    {
      await using writer = await MaskPyramidWriter.create(path, optionsOf({ width: 300, height: 300 }));
      await writer.addRows(new Uint8Array(300 * 299));
      await expect(writer.finish()).rejects.toThrow(RangeError);
    }
    await expect(access(path)).rejects.toThrow('ENOENT');
  });

  it.each([299, 301, 89_999])('refuses %i values, which are no whole rows of 300', async (length) => {
    await using writer = await MaskPyramidWriter.create(freshPath(), optionsOf({ width: 300, height: 300 }));
    await expect(writer.addRows(new Uint8Array(length))).rejects.toThrow(RangeError);
  });

  it('refuses a row more than its height', async () => {
    await using writer = await MaskPyramidWriter.create(freshPath(), optionsOf({ width: 10, height: 4 }));
    await writer.addRows(new Uint8Array(40));
    await expect(writer.addRows(new Uint8Array(10))).rejects.toThrow(RangeError);
  });

  it('does not touch a file that was there before', async () => {
    const path = await written(dotted(20, 20));
    await expect(MaskPyramidWriter.create(path, optionsOf({ width: 20, height: 20 }))).rejects.toThrow('EEXIST');
    expectSame(await page(path, 0), dotted(20, 20));
  });
});
