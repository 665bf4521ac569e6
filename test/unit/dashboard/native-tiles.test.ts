import { describe, expect, test } from 'vitest';
import { layTiles } from '../../../services/dashboard/src/viewer/native-tiles.ts';

const descriptor = (Width: number, Height: number) => ({
  Image: {
    xmlns: 'http://schemas.microsoft.com/deepzoom/2008' as const,
    Url: '/api/v1/slides/x/tiles/',
    Format: 'jpg' as const,
    ...{ Overlap: 1, TileSize: 254, Size: { Width, Height } },
  },
});
const level = (widthPx: number, heightPx: number, tilePx = 240) => ({
  ...{ widthPx, heightPx, tileWidthPx: tilePx, tileHeightPx: tilePx },
  columns: Math.ceil(widthPx / tilePx),
  rows: Math.ceil(heightPx / tilePx),
});
const natives = (sizes: readonly ReturnType<typeof level>[], width = 46_000, height = 32_914) =>
  layTiles(descriptor(width, height), sizes).map(({ nativeLevel }) => nativeLevel);

describe('a slide’s halvings', () => {
  test('are its own levels where there are some: 1, 4 and 16 of an Aperio slide of 46,000 × 32,914 px', () => {
    const own = natives([level(46_000, 32_914), level(11_500, 8_228), level(2_875, 2_057)]);
    expect(own).toHaveLength(17);
    expect(own.slice(-6)).toEqual([null, 2, null, 1, null, 0]);
    expect(own.slice(0, -6).every((each) => each === null)).toBe(true);
  });

  test('are Deep Zoom’s where a level lies between two, or its tiles are smaller than 128 or larger than 1,024 px', () => {
    expect(natives([level(46_000, 32_914, 64), level(15_333, 10_971), level(23_000, 16_457, 2048)])).not.toContain(0);
    expect(natives([level(15_333, 10_971)])).not.toContain(0);
    expect(natives([])).not.toContain(0);
  });

  test('are cut as the server cuts Deep Zoom: 900 × 700 px at half size are 2 × 2 tiles of 254 px with 1 px overlap', () => {
    const half = layTiles(descriptor(900, 700), [level(900, 700)]).at(-2);
    expect(half).toMatchObject({ widthPx: 450, heightPx: 350, columns: 2, rows: 2, overlapPx: 1, nativeLevel: null });
  });
});
