import { streamPrefix } from '@gigascope/jpeg-stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DefinedTables, readPlainFrame, readSegments } from '../../../../packages/jpeg-stream/src/jpeg-stream.ts';
import { SpareArrays } from '../../../../packages/tiling/src/tiled-jpeg/spare-arrays.ts';
import { TileCache } from '../../../../packages/tiling/src/tiled-jpeg/tile-cache.ts';
import { checkExtents } from '../../../../packages/tiling/src/tiled-jpeg/tile-extents.ts';
import { drawTiles, MARKERS, tablesField, takeOut } from './jpeg-slide.ts';

const { dqt, dht } = MARKERS;
const NONE: DefinedTables = { quantisation: 0, huffman: 0 };
const ALL: DefinedTables = { quantisation: 15, huffman: 255 };

test('a frame counts as plain only when every table it names is in its stream or before it', async () => {
  const [tile] = (await drawTiles(1, 48)) as [Uint8Array];
  const size = { widthPx: 48, heightPx: 48 };
  expect(readPlainFrame(tile, 2, NONE)).toEqual(size);
  for (const marker of [dqt, dht]) {
    const { rest } = takeOut(tile, [marker]);
    expect(readPlainFrame(rest, 2, NONE)).toBeNull();
    expect(readPlainFrame(rest, 2, ALL)).toEqual(size);
  }
});

test('no bytes make the walk through a header throw or leave its stream', async () => {
  const [tile] = (await drawTiles(1, 48)) as [Uint8Array];
  const edit = fc.tuple(fc.nat(tile.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), fc.nat(tile.length), (edits, length) => {
      const bytes = tile.slice(0, length);
      for (const [at, value] of edits) if (at < length) bytes[at] = value;
      readPlainFrame(bytes, 2, NONE);
      for (const { start, end } of readSegments(bytes, 2) ?? []) {
        expect(start < end && end <= length).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('a prefix holds the typical Huffman tables and then the field’s own, for RGB an Adobe marker too', async () => {
  const [tile] = (await drawTiles(1, 48)) as [Uint8Array];
  const { taken } = takeOut(tile, [dqt]);
  const ycbcr = streamPrefix(tablesField(taken), 'ycbcr');
  const rgb = streamPrefix(tablesField(taken), 'rgb');
  expect(ycbcr?.tables).toEqual({ quantisation: 3, huffman: 0b0011_0011 });
  expect(Buffer.from(ycbcr?.bytes ?? []).subarray(-taken.length)).toEqual(Buffer.from(taken));
  expect((rgb?.bytes.length ?? 0) - (ycbcr?.bytes.length ?? 0)).toBe(16);
  expect(
    Buffer.from(rgb?.bytes ?? [])
      .subarray(6, 11)
      .toString(),
  ).toBe('Adobe');
  expect(ycbcr?.bytes.length).toBe(2 + 420 + taken.length);
});

const extents = (pairs: readonly (readonly [number, number])[], fileBytes = 100) =>
  checkExtents(
    Float64Array.from(pairs, ([offset]) => offset),
    Float64Array.from(pairs, ([, bytes]) => bytes),
    pairs.length,
    50,
    fileBytes,
  );

test.each([
  [
    'three in any order',
    [
      [60, 10],
      [20, 30],
      [50, 10],
    ],
    'sound',
  ],
  [
    'two that are the same',
    [
      [20, 10],
      [40, 10],
      [20, 10],
    ],
    'sound',
  ],
  [
    'one byte in two',
    [
      [20, 10],
      [29, 10],
    ],
    'tiles overlap in the file',
  ],
  [
    'one within another',
    [
      [20, 30],
      [25, 5],
    ],
    'tiles overlap in the file',
  ],
  [
    'the same start and another end',
    [
      [20, 10],
      [20, 11],
    ],
    'tiles overlap in the file',
  ],
  [
    'one byte past the end',
    [
      [20, 10],
      [90, 11],
    ],
    'tile 1 does not lie in the file',
  ],
  ['one in the header', [[7, 10]], 'tile 0 does not lie in the file'],
  ['51 bytes of at most 50', [[20, 51]], 'tile 0 has 51 bytes'],
  ['an offset that is no number', [[Number.NaN, 10]], 'tile 0 does not lie in the file'],
] as const)('extents with %s', (_, pairs, outcome) => {
  const found = extents(pairs);
  expect(typeof found === 'string' ? found : 'sound').toBe(outcome);
});

test('a cache of 400 bytes gives up the tile used longest ago, and its array is handed on', () => {
  const spare = new SpareArrays(300);
  const cache = new TileCache(400, spare);
  const tiles = [1, 2, 3].map(() => ({ width: 8, height: 6, data: spare.take(144) }));
  cache.put('a', tiles[0] as (typeof tiles)[0]);
  cache.put('b', tiles[1] as (typeof tiles)[0]);
  expect(cache.get('a')).toBe(tiles[0]);
  cache.put('c', tiles[2] as (typeof tiles)[0]);
  expect(cache.get('b')).toBeUndefined();
  expect(spare.take(144)).toBe(tiles[1]?.data);
  expect(tiles.map(({ data }) => data)).not.toContain(spare.take(144));
  cache.delete('a');
  cache.delete('a');
  expect(spare.take(144)).toBe(tiles[0]?.data);
  expect(tiles.map(({ data }) => data)).not.toContain(spare.take(144));
  cache.clear();
  expect(cache.get('c')).toBeUndefined();
  expect(spare.take(144)).toBe(tiles[2]?.data);
});

test('spare arrays are handed out at their own length only, and those given back longest ago make room', () => {
  const spare = new SpareArrays(100);
  const [first, second, third] = [new Uint8Array(40), new Uint8Array(50), new Uint8Array(40)];
  for (const array of [first, second, third, new Uint8Array(101)]) spare.giveBack(array);
  expect(spare.take(30)).toEqual(new Uint8Array(30));
  expect(spare.take(40)).toBe(third);
  expect(spare.take(40)).not.toBe(first);
  expect(spare.take(50)).toBe(second);
  expect(spare.take(50)).not.toBe(second);
  expect(spare.take(101)).toEqual(new Uint8Array(101));
});
