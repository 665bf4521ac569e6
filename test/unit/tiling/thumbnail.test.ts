import { createMemoryReader, readThumbnail } from '@gigascope/tiling';
import { expect, test } from 'vitest';
import { constantImage, noiseImage, singleLevelReader } from './memory-slides.ts';

test('a slide of 2220 × 2967 with a longest side of 1000 is 749 × 1000, downsampled 2.967', async () => {
  const reader = singleLevelReader(constantImage(2220, 2967, [10, 20, 30]), { x: 1, y: 1 });
  const { image, downsample } = await readThumbnail(reader, 1000);
  expect([image.width, image.height, downsample]).toEqual([749, 1000, 2.967]);
  expect(Buffer.compare(image.data, constantImage(749, 1000, [10, 20, 30]).data)).toBe(0);
});

test('a slide smaller than the thumbnail is handed over as it is', async () => {
  const whole = noiseImage(33, 17);
  const { image, downsample } = await readThumbnail(singleLevelReader(whole, { x: 1, y: 1 }), 100);
  expect(downsample).toBe(1);
  expect(image).toEqual(whole);
});

test('a slide of 6000 × 4000 is read in 6 pieces from level 0 and in one from its level of downsample 4', async () => {
  const level0 = { image: constantImage(6000, 4000, [1, 2, 3]), downsample: 1 };
  const level1 = { image: constantImage(1500, 1000, [1, 2, 3]), downsample: 4 };
  const reads = async (levels: readonly (typeof level0)[]): Promise<number> => {
    const inner = createMemoryReader({ levels });
    let count = 0;
    const reader = {
      ...inner,
      readRegion: (region: Parameters<typeof inner.readRegion>[0]) => {
        count++;
        return inner.readRegion(region);
      },
    };
    await readThumbnail(reader, 1000);
    return count;
  };
  expect(await reads([level0])).toBe(6);
  expect(await reads([level0, level1])).toBe(1);
});
