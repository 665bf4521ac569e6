import type { RgbImage } from '@gigascope/contracts';
import { RandomStream } from '@gigascope/phantom';
import sharp from 'sharp';

type Rgb = readonly [number, number, number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const GLASS: Rgb = [244, 243, 245];
const STROMA: Rgb = [226, 170, 200];
const NUCLEUS: Rgb = [110, 70, 150];
const NUCLEUS_RADIUS_PX = 6;

/** Glass with one box of stroma and sharp nuclei, at 0.5 µm/px. */
export function paintField(width: number, height: number, tissue: Box, seed = 7): RgbImage {
  const data = new Uint8Array(width * height * 3);
  const image = { width, height, data };
  paintBox(image, { x: 0, y: 0, width, height }, () => GLASS);
  paintBox(image, tissue, () => STROMA);
  const random = new RandomStream(seed);
  const count = (tissue.width * tissue.height) / 600;
  for (let at = 0; at < count; at++) {
    const x = tissue.x + 8 + Math.floor(random.next() * (tissue.width - 16));
    const y = tissue.y + 8 + Math.floor(random.next() * (tissue.height - 16));
    const radius = NUCLEUS_RADIUS_PX;
    const around = { x: x - radius, y: y - radius, width: 2 * radius + 1, height: 2 * radius + 1 };
    paintBox(image, around, (pixel, px, py) => ((px - x) ** 2 + (py - y) ** 2 <= radius ** 2 ? NUCLEUS : pixel));
  }
  return image;
}

/** Paints every pixel of a box by what it was. */
export function paintBox({ width, data }: RgbImage, box: Box, colour: (was: Rgb, x: number, y: number) => Rgb): void {
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++) {
      const at = (y * width + x) * 3;
      data.set(colour([data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0], x, y), at);
    }
  }
}

/** Blurs a box by a Gaussian of `sigmaPx`. */
export async function blurBox(image: RgbImage, box: Box, sigmaPx: number): Promise<void> {
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const blurred = await sharp(image.data, { raw }).blur(sigmaPx).raw().toBuffer();
  paintBox(image, box, (_, x, y) => {
    const at = (y * image.width + x) * 3;
    return [blurred[at] ?? 0, blurred[at + 1] ?? 0, blurred[at + 2] ?? 0];
  });
}

/** A second layer of the same tissue: what light is left goes through it again. */
export function foldBox(image: RgbImage, box: Box): void {
  const twice = (value: number): number => Math.round(255 * (value / 255) ** 2.5);
  paintBox(image, box, ([r, g, b]) => [twice(r), twice(g), twice(b)]);
}
