import type { RgbImage } from '@gigascope/contracts';
import { createLattice, readTargetRegion, readWholeLattice, type SlideReader } from '@gigascope/tiling';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noiseImage, singleLevelReader } from './memory-slides.ts';

const greyRow = (...values: number[]): RgbImage => ({
  width: values.length,
  height: 1,
  data: new Uint8Array(values.flatMap((v) => [v, v, v])),
});

async function resampled(reader: SlideReader, x: number, y = 1): Promise<RgbImage> {
  const lattice = createLattice(reader.metadata, { x: 1 / x, y: 1 / y });
  return await readTargetRegion(reader, lattice, { x: 0, y: 0, width: lattice.width, height: lattice.height });
}
const reds = ({ data }: RgbImage): number[] => [...data].filter((_, i) => i % 3 === 0);
const rowResampled = async (scale: number, ...values: number[]): Promise<number[]> =>
  reds(await resampled(singleLevelReader(greyRow(...values), { x: 1, y: 1 }), scale));

test('reducing 2-fold averages pairs, halves rounded upwards', async () => {
  expect(await rowResampled(2, 0, 10, 20, 30, 0, 1)).toEqual([5, 25, 1]);
});

test('reducing 1.5-fold weighs the shared pixel by half: 0 30 60 becomes 10 50', async () => {
  // (0 · 1 + 30 · 0.5) / 1.5 = 10; (30 · 0.5 + 60 · 1) / 1.5 = 50.
  expect(await rowResampled(1.5, 0, 30, 60)).toEqual([10, 50]);
});

test('the last target pixel of an odd row averages only what the slide has', async () => {
  expect(await rowResampled(2, 10, 20, 80)).toEqual([15, 80]);
});

test('enlarging 2-fold interpolates between pixel centres and holds the edges: 0 100 becomes 0 25 75 100', async () => {
  expect(await rowResampled(0.5, 0, 100)).toEqual([0, 25, 75, 100]);
});

test('anisotropic pixels: 2-fold along x and nothing along y', async () => {
  const image = { width: 2, height: 2, data: new Uint8Array([0, 0, 0, 8, 8, 8, 100, 100, 100, 200, 200, 200]) };
  expect(reds(await resampled(singleLevelReader(image, { x: 1, y: 1 }), 2, 1))).toEqual([4, 150]);
});

/** Weights by brute force: the share of each level pixel that each target pixel covers, or the distance of centres. */
function naive(image: RgbImage, scaleX: number, scaleY: number, width: number, height: number): Float64Array {
  const weight = (target: number, source: number, scale: number, length: number): number => {
    if (scale > 1) {
      const [low, high] = [target * scale, (target + 1) * scale];
      const covered = Math.min(high, source + 1) - Math.max(low, source);
      return covered > 0 ? covered / (Math.min(high, length) - low) : 0;
    }
    const centre = Math.max(0, Math.min(length - 1, (target + 0.5) * scale - 0.5));
    return Math.max(0, 1 - Math.abs(centre - source));
  };
  const out = new Float64Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let row = 0; row < image.height; row++) {
        const wy = weight(y, row, scaleY, image.height);
        if (wy === 0) continue;
        for (let col = 0; col < image.width; col++) {
          const w = wy * weight(x, col, scaleX, image.width);
          if (w === 0) continue;
          for (let c = 0; c < 3; c++) {
            const at = (y * width + x) * 3 + c;
            out[at] = (out[at] as number) + w * (image.data[(row * image.width + col) * 3 + c] as number);
          }
        }
      }
    }
  }
  return out;
}

const scale = fc.double({ min: 0.2, max: 6, noNaN: true });

test('any scale agrees with brute-force weights to the nearest whole number', async () => {
  const side = fc.integer({ min: 1, max: 30 });
  await fc.assert(
    fc.asyncProperty(side, side, scale, scale, async (width, height, x, y) => {
      const image = noiseImage(width, height, width * 41 + height);
      const got = await resampled(singleLevelReader(image, { x: 1, y: 1 }), x, y);
      const expected = naive(image, x, y, got.width, got.height);
      const errors = expected.map((value, i) => Math.abs(value - (got.data[i] as number)));
      expect(errors.length).toBe(got.data.length);
      expect(Math.max(...errors)).toBeLessThanOrEqual(0.5 + 1e-9);
    }),
    { numRuns: 150 },
  );
});

test('a ramp stays where it is: the value at a target pixel is the level position of its centre, within 1', async () => {
  await fc.assert(
    fc.asyncProperty(scale, async (x) => {
      const ramp = greyRow(...Array.from({ length: 256 }, (_, i) => i));
      const got = reds(await resampled(singleLevelReader(ramp, { x: 1, y: 1 }), x));
      for (const [u, value] of got.entries()) {
        const [low, high] = [u * x, Math.min((u + 1) * x, 256)];
        expect(Math.abs(value - Math.max(0, Math.min(255, (low + high) / 2 - 0.5)))).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 60 },
  );
});

test('any rectangle has the bytes of the whole: one lattice, whatever is asked for', async () => {
  const side = fc.integer({ min: 1, max: 90 });
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(side, side, scale, scale, fc.tuple(unit, unit, unit, unit), async (width, height, x, y, cut) => {
      const reader = singleLevelReader(noiseImage(width, height, 7), { x: 1, y: 1 });
      const lattice = createLattice(reader.metadata, { x: 1 / x, y: 1 / y });
      const whole = await readWholeLattice(reader, lattice);
      const left = Math.floor(cut[0] * (lattice.width - 1));
      const top = Math.floor(cut[1] * (lattice.height - 1));
      const w = 1 + Math.floor(cut[2] * (lattice.width - 1 - left));
      const h = 1 + Math.floor(cut[3] * (lattice.height - 1 - top));
      const part = await readTargetRegion(reader, lattice, { x: left, y: top, width: w, height: h });
      for (let row = 0; row < h; row++) {
        const start = ((top + row) * lattice.width + left) * 3;
        const expected = whole.data.subarray(start, start + w * 3);
        expect(Buffer.compare(part.data.subarray(row * w * 3, (row + 1) * w * 3), expected)).toBe(0);
      }
    }),
    { numRuns: 150 },
  );
});
