import type { ByteRaster, RgbImage } from '@gigascope/contracts';
import { isBlack } from './detector.ts';

/** Liu et al. 2017 drop patches whose grey value exceeds this. */
const GREY_MAX = 0.8;

/** Grey value (ITU-R BT.601 luma) of at most 0.8 is tissue; black padding is not. */
export function greyTissue({ width, height, data }: RgbImage): ByteRaster {
  const mask = new Uint8Array(width * height);
  const limit = GREY_MAX * 255 * 1000;
  for (let i = 0; i < mask.length; i++) {
    const r = data[i * 3] as number;
    const g = data[i * 3 + 1] as number;
    const b = data[i * 3 + 2] as number;
    mask[i] = 299 * r + 587 * g + 114 * b <= limit && !isBlack(r, g, b) ? 1 : 0;
  }
  return { width, height, data: mask };
}
