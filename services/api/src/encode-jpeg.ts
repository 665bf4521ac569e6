import type { Picture, RgbImage } from '@gigascope/contracts';
import sharp from 'sharp';

/** OpenSlide's own viewers use 75 for tiles; 85 shows no blocks in nuclei at twice the size. */
export const TILE_QUALITY = 85;

sharp.cache(false);
// Many tiles at a time, each small: threads within one only get in each other's way.
sharp.concurrency(1);

/** Encodes pixels that a reader's process decoded; no file of anyone's is parsed here. */
export async function encodeJpeg({ width, height, data }: RgbImage): Promise<Buffer<ArrayBuffer>> {
  const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const { buffer, byteOffset, byteLength } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: TILE_QUALITY })
    .toBuffer();
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** A picture as JPEG, encoded here where the reader's process could not. */
export async function jpegOf(picture: Picture): Promise<Buffer<ArrayBuffer>> {
  if ('image' in picture) return await encodeJpeg(picture.image);
  const { buffer, byteOffset, byteLength } = picture.jpeg;
  return Buffer.from(buffer, byteOffset, byteLength);
}
