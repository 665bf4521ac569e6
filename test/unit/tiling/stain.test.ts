import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { composeC4dScene, composeMetastasisScene, drawC4dRegion, drawRegion } from '@gigascope/phantom';
import { measureStain } from '@gigascope/tiling';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mix, type StainAmounts, unmix } from '../../../packages/tiling/src/stain/deconvolution.ts';
import { hasSharedData, REAL_SLIDE, sharedFile } from '../../support/fixtures.ts';
import { readMislabelledYcbcr, readRgb } from '../../support/images.ts';

const amount = (max: number) => fc.double({ min: 0, max, noNaN: true });

/** The byte that a camera sees behind an optical density. */
const byteOf = (density: number): number => Math.max(0, Math.min(255, Math.round(256 * 10 ** -density - 1)));

/** RGB of `count` pixels, each of the amounts that `at` gives for it. */
function image(count: number, at: (pixel: number) => StainAmounts): { data: Uint8Array<ArrayBuffer> } {
  const data = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) data.set(mix(at(i)).map(byteOf), i * 3);
  return { data };
}

describe('colour deconvolution', () => {
  it('gives back the amounts of haematoxylin, eosin and DAB that a density was mixed from, to 1e-9', () => {
    fc.assert(
      fc.property(amount(2), amount(2), amount(2), (h, e, d) => {
        const [h2, e2, d2] = unmix(...mix([h, e, d]));
        expect(Math.max(Math.abs(h2 - h), Math.abs(e2 - e), Math.abs(d2 - d))).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('the stain of a mixture that is known', () => {
  it('is H&E, with the eosin share to 0.03, wherever a tenth to nine tenths of the stain is eosin', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: 0.4, max: 1, noNaN: true }),
        (eosin, density) => {
          const found = measureStain(
            image(400, (i) => [density * (1 - eosin) * (1 + (i % 3) * 0.1), density * eosin * (1 + (i % 3) * 0.1), 0]),
          );
          expect(found.kind).toBe('H&E');
          expect(Math.abs(found.shares.eosin - eosin)).toBeLessThan(0.03);
        },
      ),
    );
  });

  it('is never H-DAB while a twentieth or more of its density is eosin, and none of it DAB', () => {
    fc.assert(
      fc.property(amount(1.2), fc.double({ min: 0.05, max: 1, noNaN: true }), (h, part) => {
        expect(measureStain(image(200, () => [h, part * (h + 0.1), 0])).kind).not.toBe('H-DAB');
      }),
    );
  });

  it('is H-DAB from 1 brown pixel in 20 on before blue ones without eosin, and unknown where all are blue', () => {
    const blue: StainAmounts = [0.6, -0.04, 0.02];
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.double({ min: 0.5, max: 1, noNaN: true }), (every, dab) => {
        const found = measureStain(image(1000, (i) => (i % every === 0 ? [0.1, 0, dab] : blue)));
        expect(found.kind).toBe('H-DAB');
        expect(found.brownShare).toBeCloseTo(Math.ceil(1000 / every) / 1000, 9);
      }),
    );
    expect(measureStain(image(1000, () => blue)).kind).toBe('unknown');
  });

  it('is unknown for H&E of which a tenth is brown pigment, for 99 stained pixels, bare glass, black padding and grey shadow', () => {
    expect(measureStain(image(1000, (i) => (i % 10 === 0 ? [0.1, 0, 0.8] : [0.4, 0.3, 0]))).kind).toBe('unknown');
    expect(measureStain(image(99, () => [0.4, 0.3, 0])).kind).toBe('unknown');
    for (const level of [0, 12, 90, 243]) {
      const found = measureStain({ data: new Uint8Array(3000).fill(level) });
      expect([level, found.kind]).toEqual([level, 'unknown']);
      expect(found.stainedPx).toBe(level === 90 ? 1000 : 0);
    }
  });
});

describe('the stain of phantoms', () => {
  it('is H&E for a lymph node and H-DAB for a renal biopsy with 40 % positive capillaries', () => {
    const node = composeMetastasisScene({ seed: 1, widthPx: 3000, heightPx: 2500 });
    expect(measureStain(drawRegion(node, { x: 800, y: 700, width: 500, height: 400 })).kind).toBe('H&E');
    const biopsy = composeC4dScene({ seed: 1, widthPx: 2600, heightPx: 1900, ratioPercent: 40 });
    expect(measureStain(drawC4dRegion(biopsy, { x: 500, y: 400, width: 1200, height: 900 })).kind).toBe('H-DAB');
  });
});

describe.skipIf(!hasSharedData)('the stain of real files (skipped without ../shared/data)', () => {
  const crop = (name: string): string => sharedFile(`wsi/petebankhead-qupath-crops/${name}`);

  it('is H&E for the CMU-1 slide and an H&E crop, and H-DAB for two scans of a Ki67 slide', async () => {
    expect(measureStain(await readRgb(REAL_SLIDE)).kind).toBe('H&E');
    expect(measureStain(await readMislabelledYcbcr(crop('OS-1-detail.ome.tif'))).kind).toBe('H&E');
    expect(measureStain(await readMislabelledYcbcr(crop('OS-2-ndpi.ome.tif'))).kind).toBe('H-DAB');
    expect(measureStain(await readMislabelledYcbcr(crop('OS-2-vsi.ome.tif'))).kind).toBe('H-DAB');
  });

  it.each([
    // Folder, files looked at, how many at least are H&E, how many at most.
    ['labelled/classification/pcam/normal', 300, 270, 300],
    ['labelled/classification/pcam/tumor', 300, 290, 300],
    ['labelled/classification/camelyon16-patches/normal', 29, 29, 29],
    ['labelled/classification/camelyon16-patches/tumor', 28, 28, 28],
    ['labelled/segmentation/camelyon-resampled/images', 24, 24, 24],
    ...['ADI', 'LYM', 'MUC', 'MUS', 'NORM', 'STR', 'TUM'].map(
      (tissue) => [`labelled/classification/crc-val-he-7k/${tissue}`, 10, 10, 10] as const,
    ),
    // Giemsa holds eosin, so a few smears do look like H&E.
    ['labelled/detection/bccd/JPEGImages', 60, 0, 6],
  ] as const)('of %s, %i files, is never H-DAB, and H&E for %i to %i of them', async (folder, count, least, most) => {
    const names = (await readdir(sharedFile(folder))).toSorted();
    const step = Math.floor(names.length / count);
    const kinds: string[] = [];
    for (let i = 0; i < count; i++)
      kinds.push(measureStain(await readRgb(join(sharedFile(folder), names[i * step] ?? ''))).kind);
    expect(kinds).not.toContain('H-DAB');
    const found = kinds.filter((kind) => kind === 'H&E').length;
    expect(found).toBeGreaterThanOrEqual(least);
    expect(found).toBeLessThanOrEqual(most);
  });
});
