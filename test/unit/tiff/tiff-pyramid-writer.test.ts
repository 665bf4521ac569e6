import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { TiffPyramidWriter } from '@gigascope/tiff';
import { loadOpenSlide } from 'node-openslide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiff-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const OPTIONS = {
  levels: [{ widthPx: 40, heightPx: 20 }],
  tileSizePx: 16,
  encoding: 'grey-deflate',
  pixelsPerCm: { numerator: 10_000_000, denominator: 243 },
  describe: () => null,
  software: 'test',
} as const;

const grey = (value: number) => deflateSync(new Uint8Array(256).fill(value));

describe('the pyramid writer', () => {
  it.each([false, true])(
    'stores 3 × 2 tiles, one of them shared, that OpenSlide reads back (BigTIFF: %s)',
    async (bigTiff) => {
      const path = join(folder, `six-${bigTiff}.tif`);
      await using writer = await TiffPyramidWriter.create(path, { ...OPTIONS, bigTiff });
      for (const [index, value] of [10, 20, 30, 40, 50].entries()) {
        await writer.appendTile(0, index % 3, index < 3 ? 0 : 1, grey(value));
      }
      const stored = await writer.appendTile(0, 2, 1, grey(60));
      writer.shareTile(0, 0, 0, stored);
      await writer.finish();
      expect((await readFile(path)).readUInt16LE(2)).toBe(bigTiff ? 43 : 42);
      await using slide = loadOpenSlide().open(path);
      const pixels = slide.readRegionSync({ level: 0, xL0: 0, yL0: 0, widthPx: 40, heightPx: 20 });
      const at = (x: number, y: number) => pixels[(y * 40 + x) * 4];
      expect([at(0, 0), at(16, 0), at(39, 15), at(0, 16), at(31, 19), at(32, 19)]).toEqual([60, 20, 30, 40, 50, 60]);
    },
  );

  it('refuses to finish while a tile is missing and removes the file', async () => {
    const path = join(folder, 'missing.tif');
    {
      await using writer = await TiffPyramidWriter.create(path, { ...OPTIONS, bigTiff: false });
      await writer.appendTile(0, 0, 0, grey(1));
      await expect(writer.finish()).rejects.toThrow(RangeError);
    }
    expect(await readdir(folder)).not.toContain('missing.tif');
  });
});
