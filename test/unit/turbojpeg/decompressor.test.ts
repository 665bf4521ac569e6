import { loadTurboJpeg, type PixelTarget, TurboJpegError } from '@gigascope/turbojpeg';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';

const [WIDTH, HEIGHT] = [50, 34];
const decompressor = loadTurboJpeg().createDecompressor();
afterAll(() => decompressor.close());

let pixels: Buffer;
let jpegs: readonly Buffer[];
beforeAll(async () => {
  pixels = Buffer.from(Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 7 + (i >> 5) * 31) % 256));
  const image = sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  jpegs = [
    await image.clone().jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer(),
    await image.clone().jpeg({ quality: 60, chromaSubsampling: '4:2:0' }).toBuffer(),
    await image.clone().jpeg({ quality: 80, progressive: true }).toBuffer(),
  ];
});

function target(overrides: Partial<PixelTarget> = {}): PixelTarget {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  return { data, offsetBytes: 0, pitchBytes: WIDTH * 3, widthPx: WIDTH, heightPx: HEIGHT, ...overrides };
}

test.each([0, 1, 2])('stream %i of 3 decodes to the pixels of sharp, which has a libjpeg of its own', async (index) => {
  const jpeg = jpegs[index] as Buffer;
  const into = target();
  const header = { widthPx: WIDTH, heightPx: HEIGHT, colourSpace: 'ycbcr' };
  expect(decompressor.readHeader(jpeg)).toEqual(header);
  expect(decompressor.decompressInto(jpeg, into)).toEqual(header);
  expect(Buffer.compare(into.data, await sharp(jpeg).raw().toBuffer())).toBe(0);
});

test('at offset 10 and a pitch of 200, the bytes between the rows stay as they are', () => {
  const dense = target();
  decompressor.decompressInto(jpegs[0] as Buffer, dense);
  const data = new Uint8Array(10 + 200 * HEIGHT).fill(9);
  decompressor.decompressInto(jpegs[0] as Buffer, target({ data, offsetBytes: 10, pitchBytes: 200 }));
  const expected = new Uint8Array(data.length).fill(9);
  for (let row = 0; row < HEIGHT; row++) {
    expected.set(dense.data.subarray(row * WIDTH * 3, (row + 1) * WIDTH * 3), 10 + row * 200);
  }
  expect(Buffer.compare(data, expected)).toBe(0);
});

test('a stream of another size is SIZE_MISMATCH, larger or smaller, and no pixel is written', () => {
  for (const [widthPx, heightPx] of [
    [WIDTH / 2, HEIGHT / 2],
    [WIDTH + 1, HEIGHT],
  ] as const) {
    const data = new Uint8Array(WIDTH * HEIGHT * 12).fill(5);
    const into = target({ data, widthPx, heightPx, pitchBytes: widthPx * 3 });
    expect(() => decompressor.decompressInto(jpegs[0] as Buffer, into)).toThrow(
      expect.objectContaining({ code: 'SIZE_MISMATCH' }),
    );
    expect(data.every((byte) => byte === 5)).toBe(true);
  }
});

test.each([
  ['one byte too short', { data: new Uint8Array(WIDTH * HEIGHT * 3 - 1) }],
  ['one byte too far', { offsetBytes: 1 }],
  ['a negative offset', { offsetBytes: -1 }],
  ['a pitch under a row', { pitchBytes: WIDTH * 3 - 1 }],
  ['a fractional pitch', { pitchBytes: WIDTH * 3 + 0.5 }],
  ['width 0', { widthPx: 0 }],
  ['height NaN', { heightPx: Number.NaN }],
  ['65,536 px', { heightPx: 65_536 }],
])('a target with %s is ARGUMENT_INVALID', (_, overrides) => {
  expect(() => decompressor.decompressInto(jpegs[0] as Buffer, target(overrides))).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
  );
});

test('whatever bytes are changed or cut, the answer is pixels or a typed error, and the next sound stream decodes', () => {
  const sound = jpegs[1] as Buffer;
  const wanted = target();
  decompressor.decompressInto(sound, wanted);
  const place = fc.integer({ min: 0, max: sound.length - 1 });
  const edits = fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { maxLength: 5 });
  fc.assert(
    fc.property(edits, place, (changes, cut) => {
      const damaged = Uint8Array.from(sound.subarray(0, cut + 1));
      for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
      try {
        decompressor.decompressInto(damaged, target());
      } catch (error) {
        expect(error).toBeInstanceOf(TurboJpegError);
      }
      const again = target();
      decompressor.decompressInto(sound, again);
      expect(Buffer.compare(again.data, wanted.data)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('an empty stream and one cut in its middle are JPEG_INVALID', () => {
  const cut = (jpegs[0] as Buffer).subarray(0, (jpegs[0] as Buffer).length / 2);
  for (const jpeg of [new Uint8Array(0), cut]) {
    expect(() => decompressor.decompressInto(jpeg, target())).toThrow(
      expect.objectContaining({ code: 'JPEG_INVALID' }),
    );
  }
});

test('a closed decompressor answers CLOSED, and can be closed again', () => {
  const closed = loadTurboJpeg().createDecompressor();
  closed.close();
  closed.close();
  expect(() => closed.readHeader(jpegs[0] as Buffer)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});
