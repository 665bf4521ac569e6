import type { ByteRaster, RgbImage } from '@gigascope/contracts';
import { saturationBytes } from './detector.ts';
import { otsu } from './otsu.ts';

const RGB_MIN = 50;

/**
 * The mask of baidu-research/NCRF: NOT (R, G and B all above their Otsu threshold) AND S > Otsu(S) AND R, G, B all > 50.
 * No clean-up, as there; saturation in 256 steps. Where the slide has no tissue it marks noise, as the original does.
 */
export function ncrfTissue(image: RgbImage): ByteRaster {
  const { width, height, data } = image;
  const saturation = saturationBytes(image);
  const [tr, tg, tb] = [0, 1, 2].map((channel) => otsu(channelHistogram(data, channel, 3)).threshold);
  const ts = otsu(channelHistogram(saturation, 0, 1)).threshold;
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) {
    const r = data[i * 3] as number;
    const g = data[i * 3 + 1] as number;
    const b = data[i * 3 + 2] as number;
    const background = r > (tr as number) && g > (tg as number) && b > (tb as number);
    const bright = r > RGB_MIN && g > RGB_MIN && b > RGB_MIN;
    mask[i] = !background && bright && (saturation[i] as number) > ts ? 1 : 0;
  }
  return { width, height, data: mask };
}

function channelHistogram(data: Uint8Array, channel: number, step: number): Float64Array {
  const histogram = new Float64Array(256);
  for (let i = channel; i < data.length; i += step) {
    histogram[data[i] as number] = (histogram[data[i] as number] as number) + 1;
  }
  return histogram;
}
