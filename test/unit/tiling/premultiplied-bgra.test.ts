import { expect, test } from 'vitest';
import { flattenBgra } from '../../../packages/tiling/src/premultiplied-bgra.ts';

test('opaque pixels keep their colour, clear ones take the background, half-clear red over white is 255 127 127', () => {
  const bgra = new Uint8Array([10, 20, 30, 255, 0, 0, 0, 0, 0, 0, 128, 128]);
  const rgb = new Uint8Array(9);
  flattenBgra(bgra, [255, 255, 255], rgb);
  expect([...rgb]).toEqual([30, 20, 10, 255, 255, 255, 255, 127, 127]);
});

test('all 256 alphas over five backgrounds equal the exact fraction, rounded half upwards', () => {
  for (const background of [0, 1, 128, 243, 255]) {
    for (let alpha = 0; alpha < 256; alpha++) {
      const values = Array.from({ length: alpha + 1 }, (_, c) => c);
      const bgra = new Uint8Array(values.flatMap((c) => [c, c, c, alpha]));
      const rgb = new Uint8Array(values.length * 3);
      flattenBgra(bgra, [background, background, background], rgb);
      const expected = values.flatMap((c) => {
        // (c + background · (255 − alpha) / 255) in 510ths, plus a half, rounded down: whole numbers throughout.
        const exact = (BigInt(c) * 510n + BigInt(background * (255 - alpha)) * 2n + 255n) / 510n;
        const value = Math.min(255, Number(exact));
        return [value, value, value];
      });
      expect(Buffer.compare(rgb, new Uint8Array(expected))).toBe(0);
    }
  }
});

test('a buffer at an odd address and an offset in the output change nothing', () => {
  const shifted = new Uint8Array(new Uint8Array([9, 1, 2, 3, 255, 4, 5, 6, 255]).buffer, 1);
  const rgb = new Uint8Array(8);
  flattenBgra(shifted, [0, 0, 0], rgb, 2);
  expect([...rgb]).toEqual([0, 0, 3, 2, 1, 6, 5, 4]);
});

test('colours above their alpha, which no valid file has, stop at 255', () => {
  const rgb = new Uint8Array(3);
  flattenBgra(new Uint8Array([255, 255, 255, 100]), [255, 255, 255], rgb);
  expect([...rgb]).toEqual([255, 255, 255]);
});
