import type { RgbImage } from '@gigascope/contracts';
import sharp from 'sharp';

/** Reads a picture of any format that sharp knows as RGB. */
export async function readRgb(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(path).flatten({ background: '#fff' }).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: Uint8Array.from(data) };
}

/** The same for the OME-TIFF crops, whose JPEG tiles hold YCbCr (JFIF) although their tag says RGB. */
export async function readMislabelledYcbcr(path: string): Promise<RgbImage> {
  const image = await readRgb(path);
  for (let at = 0; at < image.data.length; at += 3) {
    const [y = 0, cb = 0, cr = 0] = image.data.subarray(at, at + 3);
    const rgb = [y + 1.402 * (cr - 128), y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128), y + 1.772 * (cb - 128)];
    image.data.set(
      rgb.map((value) => Math.max(0, Math.min(255, Math.round(value)))),
      at,
    );
  }
  return image;
}
