import { createMemoryReader, openSlide } from '@gigascope/tiling';
import { describe } from 'vitest';
import { describeSlideReader } from '../../conformance/slide-reader.ts';
import { constantImage, noiseImage } from './memory-slides.ts';
import { CMU_1, haveData, PYRAMIDS } from './real-slides.ts';

describeSlideReader('a memory slide of three levels', async () =>
  createMemoryReader({
    levels: [
      { image: noiseImage(611, 409, 1), downsample: 1 },
      { image: noiseImage(305, 204, 2), downsample: 611 / 305 },
      { image: noiseImage(76, 51, 3), downsample: 8 },
    ],
    backgroundRgb: [240, 241, 12],
    associated: { label: constantImage(5, 4, [9, 8, 7]) },
  }),
);

describe.skipIf(!haveData)('real slides', () => {
  for (const path of [CMU_1, ...PYRAMIDS]) {
    const name = path.split('/').slice(-2).join('/');
    describeSlideReader(name, () => openSlide(path));
    describeSlideReader(`${name} by OpenSlide`, () => openSlide(path, { pixels: 'openslide' }));
  }
});
