import { loadTurboJpeg } from '@gigascope/turbojpeg';
import sharp from 'sharp';
import { expect, test } from 'vitest';

const [width, height] = [130, 70];
const data = new Uint8Array(width * height * 3).map((_, i) => 128 + 60 * Math.sin(i / 900));

test('a picture of 130 × 70 px encoded at 95 is within 6 of 255 after another decoder', async () => {
  const compressor = loadTurboJpeg().createCompressor();
  const jpeg = compressor.compress({ data, width, height }, 95);
  compressor.close();
  const decoded = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  expect([decoded.info.width, decoded.info.height, decoded.info.channels]).toEqual([width, height, 3]);
  const off = data.map((value, i) => Math.abs(value - (decoded.data[i] as number)));
  expect(Math.max(...off)).toBeLessThanOrEqual(6);
});

test('500 pictures in a row give the same bytes and leave no native memory behind', () => {
  const compressor = loadTurboJpeg().createCompressor();
  const first = Buffer.from(compressor.compress({ data, width, height }, 85));
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 500; i++) expect(first.equals(compressor.compress({ data, width, height }, 85))).toBe(true);
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 26);
  compressor.close();
});

test('a compressor that was closed, and pixels that are not all there, are refused', () => {
  const compressor = loadTurboJpeg().createCompressor();
  const refusal = { code: 'ARGUMENT_INVALID' };
  expect(() => compressor.compress({ data: data.subarray(3), width, height }, 85)).toThrow(
    expect.objectContaining(refusal),
  );
  expect(() => compressor.compress({ data: new Uint8Array(0), width: 0, height: 0 }, 85)).toThrow(
    expect.objectContaining(refusal),
  );
  expect(() => compressor.compress({ data, width, height }, 0)).toThrow(expect.objectContaining(refusal));
  compressor.close();
  compressor.close();
  expect(() => compressor.compress({ data, width, height }, 85)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});
