import {
  createDeepZoom,
  createMemoryReader,
  deepZoomTile,
  readTargetRegion,
  readWholeLattice,
} from '@gigascope/tiling';
import { expect, test } from 'vitest';
import { noiseImage } from './memory-slides.ts';

/** The levels of OpenSlide-python's boxes.tiff, for which its own tests state what Deep Zoom must be. */
const boxes = {
  widthL0: 300,
  heightL0: 250,
  levels: [
    { index: 0, widthPx: 300, heightPx: 250, downsample: 1 },
    { index: 1, widthPx: 150, heightPx: 125, downsample: 2 },
    { index: 2, widthPx: 75, heightPx: 62, downsample: 4.016129032258064 },
    { index: 3, widthPx: 37, heightPx: 31, downsample: 8.086312118570184 },
  ],
};

test('300 × 250 has 10 levels from 1 × 1 on, as OpenSlide-python lists them', () => {
  const { levels } = createDeepZoom(boxes);
  expect(levels.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
    [1, 1],
    [2, 1],
    [3, 2],
    [5, 4],
    [10, 8],
    [19, 16],
    [38, 32],
    [75, 63],
    [150, 125],
    [300, 250],
  ]);
  expect(levels.map(({ columns, rows }) => [columns, rows])).toEqual([...Array(9).fill([1, 1]), [2, 1]]);
});

test('tile 9/1_0 of 300 × 250 is 47 × 250 px at level 0 from (253, 0) on', () => {
  const tile = deepZoomTile(createDeepZoom(boxes), 9, 1, 0);
  expect(tile.rect).toEqual({ x: 253, y: 0, width: 47, height: 250 });
  expect(tile.region).toEqual({ level: 0, x: 253, y: 0, width: 47, height: 250 });
});

test('tile 8/0_0 reads the level of downsample 2, and 7/0_0 as well, since 4.016 exceeds 4', () => {
  const image = createDeepZoom(boxes);
  expect(deepZoomTile(image, 8, 0, 0).region).toEqual({ level: 1, x: 0, y: 0, width: 150, height: 125 });
  expect(deepZoomTile(image, 7, 0, 0).region).toEqual({ level: 1, x: 0, y: 0, width: 150, height: 125 });
});

test('a middle tile of 2220 × 2967 has one pixel more on each side: 256 × 256 from (253, 507)', () => {
  const slide = { widthL0: 2220, heightL0: 2967, levels: [{ index: 0, widthPx: 2220, heightPx: 2967, downsample: 1 }] };
  const image = createDeepZoom(slide);
  expect(image.levels.length).toBe(13);
  expect([image.levels[12]?.columns, image.levels[12]?.rows]).toEqual([9, 12]);
  expect(deepZoomTile(image, 12, 1, 2).rect).toEqual({ x: 253, y: 507, width: 256, height: 256 });
  // dzLevel 11 is half the size: its tile (1, 2) covers level-0 pixels from (506, 1014) on.
  expect(deepZoomTile(image, 11, 1, 2).region).toEqual({ level: 0, x: 506, y: 1014, width: 512, height: 512 });
});

test('a slide of one pixel has the one level 1 × 1', () => {
  const slide = { widthL0: 1, heightL0: 1, levels: [{ index: 0, widthPx: 1, heightPx: 1, downsample: 1 }] };
  expect(createDeepZoom(slide).levels).toMatchObject([{ widthPx: 1, heightPx: 1, columns: 1, rows: 1 }]);
});

test.each([
  [-1, 0, 0],
  [10, 0, 0],
  [9, 2, 0],
  [9, 0, 1],
  [9, 0.5, 0],
])('tile %d/%d_%d of 300 × 250 does not exist', (dzLevel, col, row) => {
  expect(() => deepZoomTile(createDeepZoom(boxes), dzLevel, col, row)).toThrow(
    expect.objectContaining({ code: 'LEVEL_OUT_OF_RANGE' }),
  );
});

test('tiles put side by side are the whole level, pixel for pixel, at all 9 levels and with 3 px overlap', async () => {
  const levelsOf = [
    { image: noiseImage(211, 173, 1), downsample: 1 },
    { image: noiseImage(105, 86, 2), downsample: 211 / 105 },
  ];
  const reader = createMemoryReader({ levels: levelsOf });
  const image = createDeepZoom(reader.metadata, { tileSizePx: 40, overlapPx: 3 });
  expect(image.levels.length).toBe(9);
  for (const [dzLevel, dz] of image.levels.entries()) {
    const whole = await readWholeLattice(reader, dz.lattice);
    expect([whole.width, whole.height]).toEqual([dz.widthPx, dz.heightPx]);
    const covered = new Uint8Array(dz.widthPx * dz.heightPx);
    for (let row = 0; row < dz.rows; row++) {
      for (let col = 0; col < dz.columns; col++) {
        const { rect } = deepZoomTile(image, dzLevel, col, row);
        const tile = await readTargetRegion(reader, dz.lattice, rect);
        for (let y = 0; y < rect.height; y++) {
          const start = (rect.y + y) * dz.widthPx + rect.x;
          covered.fill(1, start, start + rect.width);
          const expected = whole.data.subarray(start * 3, (start + rect.width) * 3);
          expect(Buffer.compare(tile.data.subarray(y * rect.width * 3, (y + 1) * rect.width * 3), expected)).toBe(0);
        }
      }
    }
    expect(covered.every((value) => value === 1)).toBe(true);
  }
});
