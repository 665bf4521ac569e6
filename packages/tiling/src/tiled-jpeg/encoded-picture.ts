import type { Picture, RgbImage } from '@gigascope/contracts';
import type { Compressor } from '@gigascope/turbojpeg';
import { turboJpegOrNull } from './turbo-jpeg-or-null.ts';

/** Of this thread, for as long as it lives; undefined until the first picture. */
let compressor: Compressor | null | undefined;

/** Encodes a picture as JPEG of a quality; gives its pixels where none is asked for or libturbojpeg is not here. */
export function encodedPicture(image: RgbImage, quality: number | null): Picture {
  if (quality === null) return { image };
  if (compressor === undefined) compressor = turboJpegOrNull()?.createCompressor() ?? null;
  return compressor === null ? { image } : { jpeg: compressor.compress(image, quality) };
}
