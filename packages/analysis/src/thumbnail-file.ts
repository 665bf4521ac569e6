import type { RgbImage } from '@gigascope/contracts';
import sharp from 'sharp';

/** What a later stage's plan has in its place: the picture of a slide is its first stage's. */
export const noThumbnail = (): RgbImage => ({ width: 1, height: 1, data: new Uint8Array(3) });

/** Packs a plan's thumbnail losslessly, so that an overlay drawn from it later has the same bytes. */
export async function encodeThumbnail({ width, height, data }: RgbImage): Promise<Uint8Array> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return await sharp(bytes, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** The inverse of `encodeThumbnail`. */
export async function decodeThumbnail(png: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: Uint8Array.from(data) };
}
