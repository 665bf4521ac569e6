import type { RgbImage } from '@gigascope/contracts';
import { createMemoryReader, type MeasuredQuality, measureQuality } from '@gigascope/tiling';
import { describe, expect, it } from 'vitest';
import { blurBox, foldBox, paintBox, paintField } from '../../../support/stained-field.ts';

const SIDE = 2048;
const MPP = { x: 0.5, y: 0.5 };
/** A quarter of the slide. */
const TISSUE = { x: 512, y: 512, width: 1024, height: 1024 };

async function qualityOf(image: RgbImage): Promise<MeasuredQuality> {
  await using reader = createMemoryReader({ levels: [{ image, downsample: 1 }] });
  return measureQuality(reader, MPP);
}

const field = (): RgbImage => paintField(SIDE, SIDE, TISSUE);

/** Colour of a picture at a place in level-0 pixels. */
function at({ width, data }: RgbImage, xL0: number, yL0: number): number[] {
  const scale = width / SIDE;
  const index = (Math.floor(yL0 * scale) * width + Math.floor(xL0 * scale)) * 3;
  return [...data.subarray(index, index + 3)];
}

const isRed = ([r = 0, g = 0]: number[]): boolean => r - g > 60;
const isGreen = ([r = 0, g = 0]: number[]): boolean => g - r > 20;

describe('a slide’s quality', () => {
  it('of sharp tissue on a quarter of the glass is 0.25 tissue and nothing else', async () => {
    const { shares, pictures } = await qualityOf(field());
    expect(shares.tissue).toBeCloseTo(0.25, 2);
    expect(shares).toMatchObject({ focus: 0, pen: 0, folds: 0 });
    expect(isGreen(at(pictures.tissue, 1000, 1000))).toBe(true);
    expect(isGreen(at(pictures.tissue, 250, 250))).toBe(false);
    expect(pictures.pen.width).toBe(128);
  });

  it('counts the half that is blurred by 2 µm, and draws it red', async () => {
    const image = field();
    await blurBox(image, { x: 512, y: 512, width: 512, height: 1024 }, 4);
    const { shares, pictures } = await qualityOf(image);
    expect(shares.focus).toBe(0.5);
    expect(isRed(at(pictures.focus, 750, 1000))).toBe(true);
    expect(isGreen(at(pictures.focus, 1250, 1000))).toBe(true);
  });

  it('is out of focus as a whole when all is blurred, however pale the stain', async () => {
    const image = field();
    paintBox(image, TISSUE, ([r, g, b]) => [128 + r / 2, 128 + g / 2, 128 + b / 2].map(Math.round) as never);
    expect((await qualityOf(image)).shares.focus).toBe(0);
    await blurBox(image, { x: 0, y: 0, width: SIDE, height: SIDE }, 5);
    expect((await qualityOf(image)).shares.focus).toBe(1);
  });

  it.each([
    ['blue', [40, 80, 190]],
    ['green', [40, 140, 80]],
    ['black', [45, 44, 50]],
  ] as const)('finds a stroke of %s pen over 1/16 of the slide, half of it on tissue', async (_, ink) => {
    const image = field();
    paintBox(image, { x: 0, y: 768, width: 1024, height: 256 }, () => ink);
    const { shares, pictures } = await qualityOf(image);
    expect(shares.pen).toBeCloseTo(1 / 16, 2);
    // Ink is no tissue: half of the stroke hides some.
    expect(shares.tissue).toBeCloseTo(0.25 - 1 / 32, 2);
    expect(isRed(at(pictures.pen, 250, 900))).toBe(true);
    expect(isRed(at(pictures.pen, 250, 1500))).toBe(false);
  });

  it('finds a fold over an eighth of the tissue', async () => {
    const image = field();
    foldBox(image, { x: 752, y: 512, width: 128, height: 1024 });
    const { shares, pictures } = await qualityOf(image);
    expect(shares.folds).toBeGreaterThan(0.08);
    expect(shares.folds).toBeLessThan(0.14);
    expect(shares.pen).toBe(0);
    expect(isRed(at(pictures.folds, 816, 1000))).toBe(true);
    expect(isRed(at(pictures.folds, 1250, 1000))).toBe(false);
  });

  it('of bare glass has no focus to tell, and of a slide of 1 px no tiles', async () => {
    const bare = paintField(SIDE, 512, { x: 0, y: 0, width: 0, height: 0 });
    expect((await qualityOf(bare)).shares).toEqual({ tissue: 0, focus: null, pen: 0, folds: 0 });
    const dot = { width: 1, height: 1, data: Uint8Array.of(240, 240, 240) };
    expect((await qualityOf(dot)).shares).toEqual({ tissue: 0, focus: null, pen: 0, folds: 0 });
  });
});
