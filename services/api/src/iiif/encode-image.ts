import type { RgbImage } from '@gigascope/contracts';
import sharp, { type Sharp } from 'sharp';
import { TILE_QUALITY } from '../encode-jpeg.ts';
import type { ImageRequest } from './parse-request.ts';

/** Mirrors, turns, takes out colours and encodes pixels that a reader's process decoded. */
export async function encodeImage(
  { width, height, data }: RgbImage,
  { mirrored, degrees, quality, format }: Pick<ImageRequest, 'mirrored' | 'degrees' | 'quality' | 'format'>,
): Promise<Buffer<ArrayBuffer>> {
  const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  let image = sharp(pixels, { raw: { width, height, channels: 3 } });
  // sharp mirrors before it turns, as the specification does, in whichever order they are called.
  if (mirrored) image = image.flop();
  if (degrees !== 0) image = image.rotate(degrees);
  const { buffer, byteOffset, byteLength } = await inFormat(inQuality(image, quality), format).toBuffer();
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

function inQuality(image: Sharp, quality: ImageRequest['quality']): Sharp {
  if (quality === 'gray') return image.greyscale().toColourspace('b-w');
  if (quality === 'bitonal') return image.threshold().toColourspace('b-w');
  return image;
}

function inFormat(image: Sharp, format: ImageRequest['format']): Sharp {
  if (format === 'png') return image.png();
  return format === 'webp' ? image.webp({ quality: TILE_QUALITY }) : image.jpeg({ quality: TILE_QUALITY });
}
