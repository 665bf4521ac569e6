import type { RgbImage } from '@gigascope/contracts';
import sharp from 'sharp';

/** Encodes pixels that a reader's process made, in 256 colours, which is enough for grey and two tints. */
export async function encodePng({ width, height, data }: RgbImage): Promise<Buffer> {
  const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ palette: true, effort: 1 })
    .toBuffer();
}
