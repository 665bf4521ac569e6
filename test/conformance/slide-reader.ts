import type { RgbImage } from '@gigascope/contracts';
import { MAX_REGION_PX, type SlideReader } from '@gigascope/tiling';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What every SlideReader adapter promises, on any slide that `make` opens. */
export function describeSlideReader(name: string, make: () => Promise<SlideReader>): void {
  describe(`${name} as a slide reader`, () => {
    let reader: SlideReader;
    beforeAll(async () => {
      reader = await make();
    });
    afterAll(async () => {
      await reader[Symbol.asyncDispose]();
    });

    /** The top left of a level, at most 1,100 px a side: enough to hold several pieces of any adapter. */
    const corner = async (level: number): Promise<RgbImage> => {
      const { widthPx, heightPx } = reader.metadata.levels[level] as { widthPx: number; heightPx: number };
      return await reader.readRegion({
        level,
        x: 0,
        y: 0,
        width: Math.min(1100, widthPx),
        height: Math.min(1100, heightPx),
      });
    };

    test('level 0 has the size of the slide, and levels shrink as their downsample grows', () => {
      const { levels, widthL0, heightL0 } = reader.metadata;
      expect([levels[0]?.widthPx, levels[0]?.heightPx, levels[0]?.downsample]).toEqual([widthL0, heightL0, 1]);
      for (const [index, level] of levels.entries()) {
        expect(level.index).toBe(index);
        expect(Math.abs(level.widthPx * level.downsample - widthL0)).toBeLessThan(2 * level.downsample);
        expect(Math.abs(level.heightPx * level.downsample - heightL0)).toBeLessThan(2 * level.downsample);
      }
    });

    test('any region has the pixels of one read around it, at every level, and background outside', async () => {
      for (const { index, widthPx, heightPx } of reader.metadata.levels) {
        const whole = await corner(index);
        const [w, h] = [whole.width, whole.height];
        // Beyond the corner's own right and bottom nothing is known, unless the level ends there.
        const reachX = w === widthPx ? 40 : 0;
        const reachY = h === heightPx ? 40 : 0;
        await fc.assert(
          fc.asyncProperty(
            fc.integer({ min: -40, max: w - 1 }),
            fc.integer({ min: -40, max: h - 1 }),
            fc.integer({ min: 1, max: 90 }),
            fc.integer({ min: 1, max: 90 }),
            async (x, y, width, height) => {
              const region = {
                level: index,
                x,
                y,
                width: Math.max(1, Math.min(width, w + reachX - x)),
                height: Math.max(1, Math.min(height, h + reachY - y)),
              };
              const got = await reader.readRegion(region);
              expect(Buffer.compare(got.data, windowOf(whole, region, reader.metadata.backgroundRgb))).toBe(0);
            },
          ),
          { numRuns: 40 },
        );
      }
    });

    test('a region wholly outside the level is the background colour', async () => {
      const { data } = await reader.readRegion({ level: 0, x: -50, y: -50, width: 7, height: 5 });
      expect([...data]).toEqual(Array.from({ length: 35 }, () => reader.metadata.backgroundRgb).flat());
    });

    test('a wrong level, fractional or empty sizes and regions over 2^27 pixels are LEVEL_OUT_OF_RANGE', async () => {
      const good = { level: 0, x: 0, y: 0, width: 4, height: 4 };
      const bad = [
        { ...good, level: -1 },
        { ...good, level: reader.metadata.levels.length },
        { ...good, level: 0.5 },
        { ...good, width: 0 },
        { ...good, height: -3 },
        { ...good, x: 0.25 },
        { ...good, y: Number.NaN },
        { ...good, width: MAX_REGION_PX / 2, height: 3 },
        { ...good, width: Number.MAX_SAFE_INTEGER, height: 1 },
      ];
      for (const region of bad) {
        await expect(reader.readRegion(region)).rejects.toMatchObject({ code: 'LEVEL_OUT_OF_RANGE' });
      }
    });

    test('each associated image can be read, and one that is not there is LEVEL_OUT_OF_RANGE', async () => {
      for (const associated of reader.metadata.associatedImages) {
        const { width, height, data } = await reader.readAssociated(associated);
        expect(width * height * 3).toBe(data.length);
        expect(data.length).toBeGreaterThan(0);
      }
      await expect(reader.readAssociated('no such image')).rejects.toMatchObject({ code: 'LEVEL_OUT_OF_RANGE' });
    });

    test('two reads give two images: changing one leaves the slide as it is', async () => {
      const region = { level: 0, x: 0, y: 0, width: 3, height: 3 };
      const first = await reader.readRegion(region);
      const before = [...first.data];
      first.data.fill(77);
      expect([...(await reader.readRegion(region)).data]).toEqual(before);
    });

    test('pixels go into the first bytes of memory that is given, and old ones there do not show', async () => {
      const region = { level: 0, x: -3, y: -2, width: 11, height: 9 };
      const { data } = await reader.readRegion(region);
      const memory = new Uint8Array(data.length + 5).fill(99);
      const image = await reader.readRegion(region, memory);
      expect([...image.data]).toEqual([...data]);
      expect([...memory]).toEqual([...data, 99, 99, 99, 99, 99]);
      const tooSmall = new Uint8Array(data.length - 1);
      expect([...(await reader.readRegion(region, tooSmall)).data]).toEqual([...data]);
    });

    test('what is shown has its pixels, whatever becomes of the parts that are not', async () => {
      const { widthPx, heightPx } = reader.metadata.levels[0] as { widthPx: number; heightPx: number };
      const [width, height] = [Math.min(widthPx, 700) + 20, Math.min(heightPx, 600) + 20];
      const region = { level: 0, x: -10, y: -10, width, height };
      // The middle third of the region, in pixels of the level.
      const [left, top] = [Math.floor(width / 3) - 10, Math.floor(height / 3) - 10];
      const [right, bottom] = [left + Math.ceil(width / 3), top + Math.ceil(height / 3)];
      const { data } = await reader.readRegion(region);
      const memory = new Uint8Array(data.length).fill(99);
      const image = await reader.readRegion(
        region,
        memory,
        (part) => part.x < right && part.y < bottom && part.x + part.width > left && part.y + part.height > top,
      );
      for (let y = top; y < bottom; y++) {
        const row = ((y + 10) * width + left + 10) * 3;
        const end = row + (right - left) * 3;
        expect(Buffer.compare(image.data.subarray(row, end), data.subarray(row, end))).toBe(0);
      }
    });

    test('a reader that was disposed of can be disposed of again', async () => {
      const second = await make();
      await second[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    });
  });
}

/** The naive answer: pixel by pixel out of a read that starts at the level's origin. */
function windowOf(
  whole: RgbImage,
  region: { x: number; y: number; width: number; height: number },
  background: readonly number[],
): Uint8Array {
  const out = new Uint8Array(region.width * region.height * 3);
  for (let row = 0; row < region.height; row++) {
    for (let col = 0; col < region.width; col++) {
      const [x, y] = [region.x + col, region.y + row];
      const inside = x >= 0 && y >= 0 && x < whole.width && y < whole.height;
      for (let c = 0; c < 3; c++) {
        const value = inside ? whole.data[(y * whole.width + x) * 3 + c] : background[c];
        out[(row * region.width + col) * 3 + c] = value as number;
      }
    }
  }
  return out;
}
