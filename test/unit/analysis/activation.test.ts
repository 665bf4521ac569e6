import type { ActivationMap, RgbImage } from '@gigascope/contracts';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  activationField,
  cutSquare,
  SLIDE_MARGIN_PX,
} from '../../../packages/analysis/src/activation/activation-field.ts';
import { activationPicture } from '../../../packages/analysis/src/activation/activation-picture.ts';
import { upsampled } from '../../../packages/analysis/src/activation/draw-activation.ts';
import { MANIFEST } from './samples.ts';

const SIDE = 299 + 2 * SLIDE_MARGIN_PX;
if (MANIFEST.task !== 'classify') throw new Error('the sample is no classifier');
const manifest = MANIFEST;

/** Red grows to the right, green downwards, a level in four pixels. */
function gradient(): RgbImage {
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) data.set([Math.floor(x / 4), Math.floor(y / 4), 100], (y * SIDE + x) * 3);
  return { width: SIDE, height: SIDE, data };
}

const centreOf = (patch: Uint8Array): number[] => [...patch.subarray((149 * 299 + 149) * 3, (149 * 299 + 149) * 3 + 2)];

describe('the activation field of a patch', () => {
  it('is the positive class’s map where that has 4 × 4 places or more, each in the middle of its share of the patch', async () => {
    const map = Float32Array.from({ length: 2 * 64 }, (_, i) => i);
    const field = await activationField(gradient(), manifest, async () => ({ map, classes: 2, height: 8, width: 8 }));
    expect([...field.values]).toEqual(Array.from({ length: 64 }, (_, i) => 64 + i));
    expect([field.side, field.stepPx, field.firstPx]).toEqual([8, 299 / 8, 299 / 16 - 0.5]);
  });

  it('is made of 9 × 9 patches 32 px apart where the map is one number, each value at its patch’s centre', async () => {
    const seen: number[][] = [];
    const field = await activationField(gradient(), manifest, async (patch): Promise<ActivationMap> => {
      const centre = centreOf(patch);
      seen.push(centre);
      return { map: Float32Array.of(0, (centre[0] ?? 0) + 1000 * (centre[1] ?? 0)), classes: 2, height: 1, width: 1 };
    });
    expect(seen).toHaveLength(82);
    expect([field.side, field.firstPx, field.stepPx]).toEqual([9, 149 - 128, 32]);
    for (let row = 0; row < 9; row++)
      for (let col = 0; col < 9; col++)
        // In the region, patch pixel p is region pixel p + 128.
        expect(field.values[row * 9 + col]).toBe(
          Math.floor((149 + 32 * col) / 4) + 1000 * Math.floor((149 + 32 * row) / 4),
        );
  });

  it('is interpolated bilinearly: a plane stays a plane between the samples, and level beyond them', () => {
    const values = Float32Array.from({ length: 81 }, (_, i) => 21 + 32 * (i % 9) + 2 * (21 + 32 * Math.floor(i / 9)));
    const field = upsampled({ values, side: 9, firstPx: 21, stepPx: 32 }, 299, 598);
    for (const [x, y] of [
      [100, 200],
      [45, 553],
      [300, 301],
    ] as const) {
      const px = (place: number): number => (place + 0.5) / 2 - 0.5;
      expect(field[y * 598 + x]).toBeCloseTo(px(x) + 2 * px(y), 3);
    }
    expect(field[0]).toBe(63);
    expect(field[598 * 598 - 1]).toBe(277 * 3);
  });
});

describe('the picture of a patch with its activation map', () => {
  it('shows the patch twice enlarged, and where the evidence is least beside it in plain grey, where most in magma’s yellow', async () => {
    const flat: RgbImage = { width: SIDE, height: SIDE, data: new Uint8Array(SIDE * SIDE * 3).fill(120) };
    const map = Float32Array.from({ length: 2 * 64 }, (_, i) => (i % 8) * 2);
    const png = await activationPicture(
      manifest,
      async () => flat,
      async () => ({ map, classes: 2, height: 8, width: 8 }),
    );
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([598 * 2 + 8, 598, 3]);
    const at = (x: number, y: number): number[] => [
      ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
    ];
    expect(at(20, 20)).toEqual([120, 120, 120]);
    expect(at(606 + 5, 20)).toEqual([120, 120, 120]);
    const [r = 0, g = 0, b = 0] = at(606 + 590, 20);
    expect(r).toBeGreaterThan(190);
    expect(g).toBeGreaterThan(190);
    expect(b).toBeLessThan(r);
    // The frame of the labelled cell begins at patch pixel 85.
    for (const left of [0, 606]) expect(at(left + 170, 300)).toEqual([0, 229, 255]);
  });
});

describe('cutting a square', () => {
  it('gives the bytes of its rows', () => {
    expect([...cutSquare(gradient(), 40, 80, 2).subarray(0, 6)]).toEqual([10, 20, 100, 10, 20, 100]);
  });
});
