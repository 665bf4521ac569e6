import { copyPlane, type Plane } from '@gigascope/plane-copy';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyByRows } from '../../../packages/plane-copy/src/copy-plane.ts';
import { loadLibyuv } from '../../../packages/plane-copy/src/libyuv.ts';

/** Two planes in arrays with room before and behind, so that a byte written too far shows. */
const rectangles = fc
  .record({
    rowBytes: fc.integer({ min: 0, max: 1000 }),
    rows: fc.integer({ min: 0, max: 40 }),
    gaps: fc.tuple(fc.nat(70), fc.nat(70)),
    offsets: fc.tuple(fc.nat(90), fc.nat(90)),
    spare: fc.tuple(fc.nat(3), fc.nat(3)),
  })
  .map(({ rowBytes, rows, gaps, offsets, spare }) => {
    const plane = (i: 0 | 1): Plane => {
      const pitchBytes = rowBytes + gaps[i];
      const bytes = offsets[i] + pitchBytes * Math.max(0, rows - 1) + rowBytes + spare[i];
      return {
        data: Uint8Array.from({ length: bytes }, (_, at) => at * 37 + i * 101),
        offsetBytes: offsets[i],
        pitchBytes,
      };
    };
    return { from: plane(0), into: plane(1), rowBytes, rows };
  });

/** Byte by byte. */
function copied(from: Plane, into: Plane, rowBytes: number, rows: number): Uint8Array {
  const bytes = into.data.slice();
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < rowBytes; i++) {
      const at = from.offsetBytes + row * from.pitchBytes + i;
      bytes[into.offsetBytes + row * into.pitchBytes + i] = from.data[at] as number;
    }
  }
  return bytes;
}

test.runIf(process.platform === 'linux')('libyuv, which the set-up installs, is found', () => {
  expect(loadLibyuv()).not.toBeNull();
});

test('neither a library that is not there nor one without the function is taken', () => {
  expect(loadLibyuv(['libnothing-of-this-name.so.9'])).toBeNull();
  expect(loadLibyuv(['libnothing-of-this-name.so.9', 'libc.so.6'])).toBeNull();
});

describe.each([
  ['copyPlane', copyPlane],
  ['copyByRows', copyByRows],
])('%s', (_, copy) => {
  test('copies any rectangle as one would byte by byte, and nothing beside it', () => {
    fc.assert(
      fc.property(rectangles, ({ from, into, rowBytes, rows }) => {
        const expected = copied(from, into, rowBytes, rows);
        const source = from.data.slice();
        copy(from, into, rowBytes, rows);
        expect(Buffer.compare(into.data, expected)).toBe(0);
        expect(Buffer.compare(from.data, source)).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  test('copies within one buffer', () => {
    const data = Uint8Array.from({ length: 60 }, (_, i) => i);
    copy({ data, offsetBytes: 0, pitchBytes: 5 }, { data, offsetBytes: 30, pitchBytes: 6 }, 3, 5);
    expect([...data.subarray(28)]).toEqual(
      [28, 29, 0, 1, 2, 33, 34, 35, 5, 6, 7, 39, 40, 41, 10, 11, 12, 45, 46, 47, 15, 16, 17, 51, 52, 53].concat([
        20, 21, 22, 57, 58, 59,
      ]),
    );
  });
});

test('a view that begins inside its buffer is copied from and to where it begins', () => {
  const from = { data: Uint8Array.from({ length: 40 }, (_, i) => i).subarray(10), offsetBytes: 1, pitchBytes: 5 };
  const into = { data: new Uint8Array(30).subarray(7), offsetBytes: 2, pitchBytes: 4 };
  copyPlane(from, into, 2, 4);
  expect([...new Uint8Array(into.data.buffer)]).toEqual([
    0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 12, 0, 0, 16, 17, 0, 0, 21, 22, 0, 0, 26, 27, 0, 0, 0, 0, 0, 0, 0,
  ]);
});

test('whatever the numbers, a rectangle is copied or refused with every byte as it was', () => {
  const number = fc.oneof(
    fc.integer({ min: -3, max: 70 }),
    fc.constantFrom(0.5, Number.NaN, Number.POSITIVE_INFINITY, -1e300, 2 ** 31, 2 ** 32 + 4, 2 ** 53),
  );
  const plane = fc.record({ offsetBytes: number, pitchBytes: number });
  let refused = 0;
  fc.assert(
    fc.property(plane, plane, number, number, (a, b, rowBytes, rows) => {
      const room = { from: new Uint8Array(200).fill(7), into: new Uint8Array(200).fill(9) };
      // Views, so that what is before and behind them can be looked at.
      const [from, into] = [room.from.subarray(50, 150), room.into.subarray(50, 150)];
      try {
        copyPlane({ data: from, ...a }, { data: into, ...b }, rowBytes, rows);
        expect(room.into.filter((byte) => byte === 7).length).toBe(rowBytes * rows);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect(room.into.every((byte) => byte === 9)).toBe(true);
        refused += 1;
      }
      expect(room.into.subarray(0, 50).every((byte) => byte === 9)).toBe(true);
      expect(room.into.subarray(150).every((byte) => byte === 9)).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(refused).toBeGreaterThan(100);
});

test.each([
  ['one row too many', { rows: 6 }],
  ['one byte too many', { rowBytes: 21 }],
  ['an offset of one too many', { offsetBytes: 1 }],
  ['rows that overlap', { pitchBytes: 19 }],
  ['a negative offset', { offsetBytes: -1 }],
  ['a negative number of rows, which libyuv takes as upside down', { rows: -5 }],
])('%s is a RangeError on either side', (_, change) => {
  const whole = { offsetBytes: 0, pitchBytes: 20, rowBytes: 20, rows: 5, ...change };
  const { rowBytes, rows, offsetBytes, pitchBytes } = whole;
  const tight = { data: new Uint8Array(100), offsetBytes, pitchBytes };
  const roomy = { data: new Uint8Array(1000), offsetBytes: 0, pitchBytes: 25 };
  expect(() => copyPlane(tight, roomy, rowBytes, rows)).toThrow(RangeError);
  expect(() => copyPlane(roomy, tight, rowBytes, rows)).toThrow(RangeError);
  expect(() => copyPlane({ ...tight, offsetBytes: 0, pitchBytes: 20 }, roomy, 20, 5)).not.toThrow();
});

test('an array whose memory was transferred away is refused', () => {
  const data = new Uint8Array(100);
  structuredClone(data, { transfer: [data.buffer] });
  const other = { data: new Uint8Array(100), offsetBytes: 0, pitchBytes: 20 };
  expect(() => copyPlane({ data, offsetBytes: 0, pitchBytes: 20 }, other, 20, 5)).toThrow(RangeError);
  expect(() => copyPlane(other, { data, offsetBytes: 0, pitchBytes: 20 }, 20, 5)).toThrow(RangeError);
});
