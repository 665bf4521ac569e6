import fc from 'fast-check';
import { expect, test } from 'vitest';
import { piecesOf } from '../../../packages/tiling/src/level-pieces.ts';
import { PieceCache } from '../../../packages/tiling/src/piece-cache.ts';
import { constantImage } from './memory-slides.ts';

const level = (downsample: number) => ({ index: 0, widthPx: 30_000, heightPx: 20_000, downsample });

test('a region of 8,192 × 1,100 at a whole downsample is decoded in strips of 512, 512 and 76 rows', () => {
  const strips = piecesOf({ x: 5, y: 7, width: 8192, height: 1100 }, level(4));
  expect(strips).toEqual([
    { x: 5, y: 7, width: 8192, height: 512 },
    { x: 5, y: 519, width: 8192, height: 512 },
    { x: 5, y: 1031, width: 8192, height: 76 },
  ]);
});

test('at downsample 4.016 pixel (600, 100) belongs to the piece from (512, 0) on, whatever region asks for it', () => {
  const expected = { x: 512, y: 0, width: 512, height: 512 };
  expect(piecesOf({ x: 600, y: 100, width: 1, height: 1 }, level(4.016))).toEqual([expected]);
  expect(piecesOf({ x: 0, y: 0, width: 700, height: 600 }, level(4.016))).toContainEqual(expected);
});

test('strips cover a region once and hold at most 2^22 pixels each', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: 4000 }), (width, height) => {
      const strips = piecesOf({ x: 0, y: 0, width, height }, level(2));
      expect(strips.reduce((sum, strip) => sum + strip.height, 0)).toBe(height);
      expect(Math.max(...strips.map((strip) => strip.width * strip.height))).toBeLessThanOrEqual(2 ** 22);
      for (const [i, strip] of strips.entries()) {
        expect(strip.y).toBe(i === 0 ? 0 : (strips[i - 1]?.y ?? 0) + (strips[i - 1]?.height ?? 0));
      }
    }),
  );
});

test('a cache of 90 bytes keeps the 3 pieces of 30 bytes used last', () => {
  const cache = new PieceCache(90);
  const piece = constantImage(10, 1, [1, 2, 3]);
  for (const key of ['a', 'b', 'c']) cache.set(key, piece);
  expect(cache.get('a')).toBe(piece);
  cache.set('d', piece);
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true]);
});
