import type { ByteRaster, RgbImage } from '@gigascope/contracts';
import type { FocusTile } from './focus.ts';

type Rgb = readonly [number, number, number];

/** Greens and reds that the colour-blind tell apart, too: one is far darker. */
export const MARKED: Rgb = [214, 40, 40];
export const GOOD: Rgb = [120, 190, 110];
const TINT = 0.6;

/** The slide in pale grey, with marked pixels tinted. */
export function paintMask(slide: RgbImage, mask: ByteRaster, colour: Rgb): RgbImage {
  const image = paleGrey(slide);
  for (let i = 0; i < mask.data.length; i++) if (mask.data[i] === 1) tint(image.data, i * 3, colour);
  return image;
}

/** The slide in pale grey, with the tiles that were looked at tinted. */
export function paintTiles(slide: RgbImage, tiles: readonly FocusTile[]): RgbImage {
  const image = paleGrey(slide);
  const { width, height } = image;
  for (const tile of tiles) {
    const x1 = Math.min(width, Math.round((tile.x + tile.width) * width));
    const y1 = Math.min(height, Math.round((tile.y + tile.height) * height));
    for (let y = Math.round(tile.y * height); y < y1; y++)
      for (let x = Math.round(tile.x * width); x < x1; x++)
        tint(image.data, (y * width + x) * 3, tile.isSharp ? GOOD : MARKED);
  }
  return image;
}

function paleGrey({ width, height, data }: RgbImage): RgbImage {
  const pale = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const grey = 0.299 * (data[i] as number) + 0.587 * (data[i + 1] as number) + 0.114 * (data[i + 2] as number);
    pale.fill(Math.round(255 - (255 - grey) * 0.6), i, i + 3);
  }
  return { width, height, data: pale };
}

function tint(data: Uint8Array, at: number, colour: Rgb): void {
  for (let channel = 0; channel < 3; channel++)
    data[at + channel] = Math.round((1 - TINT) * (data[at + channel] as number) + TINT * (colour[channel] as number));
}
