import { describe, expect, test } from 'vitest';
import { entityTag, names } from '../../../services/api/src/routes/conditional.ts';
import { byteRange } from '../../../services/api/src/slides/byte-range.ts';
import { TileCache } from '../../../services/api/src/slides/tile-cache.ts';

describe('a Range of a file of 10,000 bytes (RFC 9110 section 14.1.2)', () => {
  test.each([
    ['bytes=0-499', { start: 0, end: 500 }],
    ['bytes=500-999', { start: 500, end: 1000 }],
    ['bytes=-500', { start: 9500, end: 10_000 }],
    ['bytes=9500-', { start: 9500, end: 10_000 }],
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=9999-20000', { start: 9999, end: 10_000 }],
    ['bytes=-20000', { start: 0, end: 10_000 }],
    ['bytes=0-0,-1', null],
    ['bytes=5-4', null],
    ['lines=1-2', null],
    [undefined, null],
  ])('%s is %j', (header, expected) => {
    expect(byteRange(header, 10_000)).toEqual(expected);
  });
  test.each(['bytes=10000-', 'bytes=20000-30000', 'bytes=-0'])('%s is 416', (header) => {
    expect(() => byteRange(header, 10_000)).toThrow(expect.objectContaining({ code: 'RANGE_UNSATISFIABLE' }));
  });
});

test('a list of entity tags names one of its own, weak or strong, and * names every one', () => {
  const tag = entityTag('abc', '1,2/3"4');
  expect(tag).toBe('"abc-1,2/3_4"');
  expect(names('"x", W/"y"', '"y"')).toBe(true);
  expect(names('*', tag)).toBe(true);
  expect(names('"x"', tag)).toBe(false);
});

test('a cache of 10,000 bytes never holds more, makes a kept tile once, and with 0 bytes keeps nothing', async () => {
  const cache = new TileCache(10_000);
  let made = 0;
  const tile = async () => {
    made++;
    return Buffer.alloc(700);
  };
  for (let i = 0; i < 50; i++) await cache.get(`tile ${i}`, tile);
  expect(cache.bytes).toBe(10_000);
  await cache.get('tile 49', tile);
  expect(made).toBe(50);
  await cache.get('tile 0', tile);
  expect(made).toBe(51);
  const none = new TileCache(0);
  await none.get('a', tile);
  await none.get('a', tile);
  expect([made, none.bytes]).toEqual([53, 0]);
});
