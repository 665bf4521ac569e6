import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanAperioDescription } from '../../../../packages/tiling/src/deidentify/clean-description.ts';
import { holdsTablesOnly } from '../../../../packages/tiling/src/deidentify/jpeg-tables.ts';
import { judgeTag } from '../../../../packages/tiling/src/deidentify/kept-tags.ts';
import { overlap, Ranges } from '../../../../packages/tiling/src/deidentify/ranges.ts';
import { cleanBytes } from '../../../../services/api/src/slides/clean-bytes.ts';

test('of an Aperio description sizes, codings and numbers of the scan stay', () => {
  const text =
    'Aperio Image Library v12.0.15 \r\n1000x2000 [0,100 900x1900] (256x256) JPEG/RGB Q=70 Jane Doe' +
    '|AppMag = 40|MPP = 0.2527|User = jdoe|Title = Jane Doe 1950|Barcode = 12345|Date = 01/02/26|MPP = Jane|Filename=7';
  expect(cleanAperioDescription(text)).toBe(
    'Aperio Image Library v12.0.15\n1000x2000 [0,100 900x1900] (256x256) JPEG/RGB Q=70|AppMag = 40|MPP = 0.2527',
  );
});

test('a cleaned description is never longer than the old one and cleaning it again changes nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (head, parts) => {
      const old = [`Aperio ${head}`, ...parts].join('|');
      const cleaned = cleanAperioDescription(old);
      expect(cleaned.length).toBeLessThanOrEqual(old.length);
      expect(cleanAperioDescription(cleaned)).toBe(cleaned);
    }),
  );
});

test('JPEG tables with a comment, with Exif or with bytes behind their end hold more than tables', () => {
  const table = [0xff, 0xdb, 0, 3, 1];
  const whole = (...middle: number[]) => Uint8Array.from([0xff, 0xd8, ...table, ...middle, 0xff, 0xd9]);
  expect(holdsTablesOnly(whole())).toBe(true);
  expect(holdsTablesOnly(whole(0xff, 0xfe, 0, 4, 65, 66))).toBe(false);
  expect(holdsTablesOnly(whole(0xff, 0xe1, 0, 4, 65, 66))).toBe(false);
  expect(holdsTablesOnly(Uint8Array.from([...whole(), 65, 66, 67]))).toBe(false);
  expect(holdsTablesOnly(Uint8Array.from([0xff, 0xd8, ...table]))).toBe(false);
});

test('text is never kept, nor a number that is 1,000,000 times as long as it may be', () => {
  expect(judgeTag({ tag: 270, type: 2, count: 10 })).toBe('dropped');
  expect(judgeTag({ tag: 65_000, type: 3, count: 1 })).toBe('dropped');
  expect(judgeTag({ tag: 282, type: 5, count: 1 })).toBe('kept');
  expect(judgeTag({ tag: 282, type: 5, count: 1_000_000 })).toBe('malformed');
  expect(judgeTag({ tag: 282, type: 2, count: 1 })).toBe('malformed');
});

const byteRanges = fc.array(fc.tuple(fc.nat(300), fc.nat(20)), { maxLength: 20 });
const rangesOf = (pairs: readonly (readonly [number, number])[]): Float64Array<ArrayBuffer> => {
  const ranges = new Ranges();
  for (const [start, length] of pairs) ranges.add(start, start + length);
  return ranges.merged();
};

test('ranges come ascending and apart, cover what was added, and overlap where a byte is in both', () => {
  fc.assert(
    fc.property(byteRanges, byteRanges, (a, b) => {
      const [first, second] = [rangesOf(a), rangesOf(b)];
      for (let i = 1; i < first.length; i++) expect(first[i]).toBeGreaterThan(first[i - 1] ?? -1);
      const inside = (ranges: Float64Array, at: number) => ranges.findIndex((edge) => edge > at) % 2 === 1;
      for (const [start, length] of a)
        for (let at = start; at < start + length; at++) expect(inside(first, at)).toBe(true);
      const both = Array.from({ length: 330 }, (_, at) => inside(first, at) && inside(second, at)).includes(true);
      expect(overlap(first, second)).toBe(both);
    }),
  );
});

test('however a file arrives in chunks, and from whichever byte, the copy has kept bytes, patches and zeros', async () => {
  await fc.assert(
    fc.asyncProperty(byteRanges, fc.nat(300), fc.integer({ min: 1, max: 64 }), async (pairs, start, step) => {
      const file = Uint8Array.from({ length: 320 }, (_, i) => (i % 255) + 1);
      const kept = rangesOf(pairs);
      const patch = { offset: 40, bytes: Uint8Array.from([255, 254, 253]) };
      const expected = new Uint8Array(320);
      for (let i = 0; i < kept.length; i += 2) expected.set(file.subarray(kept[i], kept[i + 1]), kept[i]);
      expected.set(patch.bytes, patch.offset);
      async function* chunks() {
        for (let at = start; at < file.length; at += step) yield file.subarray(at, at + step);
      }
      const parts: Buffer[] = [];
      for await (const part of cleanBytes(chunks(), start, { kept, patches: [patch] })) parts.push(part);
      expect(Buffer.concat(parts).equals(expected.subarray(start))).toBe(true);
    }),
  );
});
