import { GigascopeError } from '@gigascope/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertInside, type RandomAccess } from '../../../packages/tiling/src/random-access.ts';
import { checkTiff } from '../../../packages/tiling/src/tiff-check.ts';
import { ndpiOffset, readTiffNumbers, readTiffStructure } from '../../../packages/tiling/src/tiff-directory.ts';
import { buildTiff, tiledFields } from './tiff-file.ts';

/** Counts the bytes read, so that a test can say how many a check costs. */
function access(bytes: Uint8Array): RandomAccess & { readonly readBytes: () => number } {
  let read = 0;
  return {
    sizeBytes: bytes.length,
    readBytes: () => read,
    async read(offset, length) {
      assertInside(offset, length, bytes.length);
      read += length;
      return new DataView(bytes.slice(offset, offset + length).buffer as ArrayBuffer);
    },
  };
}

const check = (bytes: Uint8Array): Promise<void> => checkTiff(access(bytes));
const image = { fields: tiledFields(100, 70, 32) };
const withField = (tag: number, values: readonly number[]) => ({
  fields: image.fields.map((field) => (field.tag === tag ? { ...field, type: 4 as const, values } : field)),
});

test.each([
  [false, true],
  [false, false],
  [true, true],
  [true, false],
])('two directories are read back: BigTIFF %s, little-endian %s', async (big, littleEndian) => {
  const bytes = buildTiff({ big, littleEndian, directories: [image, { fields: tiledFields(50, 35, 16) }] });
  await check(bytes);
  const file = access(bytes);
  const structure = await readTiffStructure(file);
  expect([structure.variant, structure.littleEndian]).toEqual([big ? 'big' : 'classic', littleEndian]);
  const sizes = structure.directories.map(async ({ entries }) => {
    const numbers = [256, 257, 324].map(async (tag) => {
      const entry = entries.get(tag);
      return entry === undefined ? [] : [...(await readTiffNumbers(file, structure, entry))];
    });
    return await Promise.all(numbers);
  });
  expect(await Promise.all(sizes)).toEqual([
    [[100], [70], Array(12).fill(16)],
    [[50], [35], Array(12).fill(16)],
  ]);
});

test.each([
  ['a first directory past the end', buildTiff({ directories: [image], first: 9999 })],
  ['no first directory', buildTiff({ directories: [image], first: 0 })],
  ['a next directory past the end', buildTiff({ directories: [{ ...image, next: 50_000 }] })],
  ['a tile that begins past the end', buildTiff({ directories: [withField(324, Array(12).fill(5000))] })],
  ['a tile that ends one byte past the end', truncatedByOne()],
])('%s is FILE_TRUNCATED', async (_, bytes) => {
  await expect(check(bytes)).rejects.toMatchObject({ code: 'FILE_TRUNCATED' });
});

/** The last tile's last byte is the file's last, and then it is cut off. */
function truncatedByOne(): Uint8Array {
  const whole = buildTiff({ directories: [image] });
  const offsets = Array<number>(12).fill(16);
  offsets[11] = whole.length - 32;
  const bytes = buildTiff({ directories: [withField(324, offsets)] });
  expect(bytes.length).toBe(whole.length);
  return bytes.subarray(0, -1);
}

test('the same file with its last byte is right', async () => {
  const whole = buildTiff({ directories: [image] });
  const offsets = Array<number>(12).fill(16);
  offsets[11] = whole.length - 32;
  await check(buildTiff({ directories: [withField(324, offsets)] }));
});

test('sparse tiles, with offset or length 0, are no damage', async () => {
  await check(buildTiff({ directories: [withField(324, Array(12).fill(0))] }));
  await check(buildTiff({ directories: [withField(325, Array(12).fill(0))] }));
});

const START = 16 + 64;
test.each([
  ['a directory that is its own next', { directories: [{ ...image, next: START }] }, 'circle'],
  ['a second that leads back to the first', { directories: [image, { ...image, next: START }] }, 'circle'],
  ['a width of 0', { directories: [withField(256, [0])] }, 'ImageWidth is 0'],
  ['no height', { directories: [{ fields: image.fields.filter(({ tag }) => tag !== 257) }] }, 'ImageLength is missing'],
  ['a height of 4 thousand million', { directories: [withField(257, [4_000_000_000])] }, 'ImageLength is 4000000000'],
  ['tiles of width 0', { directories: [withField(322, [0])] }, 'TileWidth is 0'],
  ['tiles without length', { directories: [{ fields: image.fields.filter(({ tag }) => tag !== 323) }] }, 'TileLength'],
  ['tiles of 60,000 × 60,000', { directories: [{ fields: tiledFields(100, 100, 60_000) }] }, 'TileWidth is 60000'],
  ['1,025 directories', { directories: Array(1025).fill({ fields: image.fields.slice(0, 2) }) }, 'over 1024'],
  ['a directory of 5,000 tags', { directories: [{ fields: Array(5000).fill(image.fields[0]) }] }, '5000 tags'],
])('%s is SLIDE_UNREADABLE and the message says so', async (_, tiff, message) => {
  const failure = check(buildTiff(tiff));
  await expect(failure).rejects.toMatchObject({ code: 'SLIDE_UNREADABLE' });
  await expect(failure).rejects.toThrow(message);
});

test('a field that states 4 thousand million values is refused without allocating them', async () => {
  const bytes = buildTiff({ directories: [image] });
  // The count of TileOffsets, the fifth field: 2 + 4 · 12 + 4 bytes into the directory.
  new DataView(bytes.buffer).setUint32(START + 2 + 48 + 4, 4_000_000_000, true);
  await expect(check(bytes)).rejects.toMatchObject({ code: 'SLIDE_UNREADABLE' });
});

test('a check reads the directories and tile tables, not the pixels: under 1,000 of 10 million bytes', async () => {
  const file = access(buildTiff({ directories: [image], pixelBytes: 10_000_000 }));
  await checkTiff(file);
  expect(file.readBytes()).toBeLessThan(1000);
});

test('whatever byte is changed or cut, the answer is a typed error or none', async () => {
  const whole = buildTiff({ directories: [image, { fields: tiledFields(50, 35, 16) }] });
  const place = fc.integer({ min: 0, max: whole.length - 1 });
  const changes = fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(changes, place, async (edits, cut) => {
      const bytes = whole.slice(0, cut + 1);
      for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
      try {
        await check(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(GigascopeError);
      }
    }),
    { numRuns: 1000 },
  );
});

test('offsets of an NDPI file of over 4 GB lie before the directory that states them', () => {
  const gib4 = 2 ** 32;
  expect(ndpiOffset(5 * gib4 + 100, 50)).toBe(5 * gib4 + 50);
  expect(ndpiOffset(5 * gib4 + 100, 200)).toBe(4 * gib4 + 200);
  expect(ndpiOffset(100, 200)).toBe(200);
});

test('an NDPI directory has pointers of 64 bits, and its high half is read', async () => {
  // As Hamamatsu writes it: classic header, tag 65420, an 8-byte next pointer that leads to a second directory.
  const fields = [...tiledFields(64, 64, 64).slice(0, 2), { tag: 65420, type: 4 as const, values: [1] }];
  const directory = (next: number): number[] => {
    const classic = [...buildTiff({ directories: [{ fields, next }] }).subarray(START)];
    return [...classic, 0, 0, 0, 0];
  };
  const size = directory(0).length;
  const header = [...buildTiff({ directories: [image] }).subarray(0, 4), START, 0, 0, 0, 0, 0, 0, 0];
  const bytes = new Uint8Array([...header, ...Array(START - 12).fill(0), ...directory(START + size), ...directory(0)]);
  const structure = await readTiffStructure(access(bytes));
  expect(structure.variant).toBe('ndpi');
  expect(structure.directories.map(({ offset }) => offset)).toEqual([START, START + size]);
});
