import {
  createDeepZoom,
  createMemoryReader,
  deepZoomTile,
  readScaledRegion,
  readTargetRegion,
} from '@gigascope/tiling';
import { expect, test } from 'vitest';

const image = (width: number, height: number, value: (x: number, y: number) => number) => {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.fill(value(x, y), (y * width + x) * 3, (y * width + x) * 3 + 3);
  return { width, height, data };
};
const noise = (x: number, y: number) => (x * 7919 + y * 104_729 + x * y * 31) % 256;
const reader = createMemoryReader({
  levels: [
    { image: image(800, 600, noise), downsample: 1 },
    { image: image(200, 150, (x, y) => noise(x + 3, y)), downsample: 4 },
  ],
});

test('at its own size a region is the region that is read directly', async () => {
  const rect = { x: 13, y: 27, width: 301, height: 99 };
  expect(await readScaledRegion(reader, rect, rect)).toEqual(await reader.readRegion({ level: 0, ...rect }));
});

test('at a quarter of its size it is read from the level of downsample 4', async () => {
  const scaled = await readScaledRegion(reader, { x: 40, y: 80, width: 400, height: 200 }, { width: 100, height: 50 });
  expect(scaled).toEqual(await reader.readRegion({ level: 1, x: 10, y: 20, width: 100, height: 50 }));
});

test('at half its size from an odd corner each pixel is the mean of its 2 × 2', async () => {
  const { data } = await readScaledRegion(reader, { x: 3, y: 5, width: 60, height: 40 }, { width: 30, height: 20 });
  for (const [u, v] of [
    [0, 0],
    [29, 19],
    [7, 11],
  ] as const) {
    const [x, y] = [3 + 2 * u, 5 + 2 * v];
    const sum = noise(x, y) + noise(x + 1, y) + noise(x, y + 1) + noise(x + 1, y + 1);
    expect(data[(v * 30 + u) * 3]).toBe(Math.floor(sum / 4 + 0.5));
  }
});

test('a Deep Zoom tile and the same square are the same pixels', async () => {
  const deepZoom = createDeepZoom(reader.metadata, { tileSizePx: 100, overlapPx: 0 });
  const dzLevel = deepZoom.levels.length - 2;
  const { rect } = deepZoomTile(deepZoom, dzLevel, 1, 2);
  const lattice = deepZoom.levels[dzLevel]?.lattice;
  if (lattice === undefined) throw new Error('no such level');
  const square = { x: 200, y: 400, width: 200, height: 200 };
  expect(await readScaledRegion(reader, square, { width: 100, height: 100 })).toEqual(
    await readTargetRegion(reader, lattice, rect),
  );
});

test('enlarged 3 × it has 3 × its sides, and its corners are the region’s own', async () => {
  const { data, width, height } = await readScaledRegion(
    reader,
    { x: 0, y: 0, width: 10, height: 4 },
    { width: 30, height: 12 },
  );
  expect([width, height, data.length]).toEqual([30, 12, 1080]);
  expect(data[0]).toBe(noise(0, 0));
  expect(data[(1 * 30 + 1) * 3]).toBe(noise(0, 0));
  expect(data[(4 * 30 + 13) * 3]).toBe(noise(4, 1));
});

test('a region that leaves the slide, or needs over 2^28 level pixels, is LEVEL_OUT_OF_RANGE', async () => {
  const size = { width: 10, height: 10 };
  const outside = readScaledRegion(reader, { x: 795, y: 0, width: 10, height: 10 }, size);
  await expect(outside).rejects.toMatchObject({ code: 'LEVEL_OUT_OF_RANGE' });
  const flat = { ...reader, metadata: { ...reader.metadata, widthL0: 40_000, heightL0: 40_000 } };
  const huge = readScaledRegion(
    {
      ...flat,
      metadata: { ...flat.metadata, levels: [{ index: 0, widthPx: 40_000, heightPx: 40_000, downsample: 1 }] },
    },
    { x: 0, y: 0, width: 40_000, height: 40_000 },
    size,
  );
  await expect(huge).rejects.toMatchObject({ code: 'LEVEL_OUT_OF_RANGE' });
});
