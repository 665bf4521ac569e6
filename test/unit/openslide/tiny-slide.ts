import sharp from 'sharp';

/** Odd sizes, so that no level is a whole multiple of another and the last tiles are cut. */
export const TINY = { widthPx: 301, heightPx: 223 };

/** A made-up pixel whose three channels differ from each other and from their neighbours'. */
export function tinyRgb(x: number, y: number): readonly [number, number, number] {
  return [(x * 3 + y) & 255, (y * 5 + 40) & 255, (x * x + 7 * y + 90) & 255];
}

/** Writes a tiled pyramidal TIFF that libopenslide reads as `generic-tiff`. */
export async function writeTinySlide(file: string, compression: 'jpeg' | 'deflate'): Promise<void> {
  const { widthPx, heightPx } = TINY;
  const rgb = Buffer.alloc(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) rgb.set(tinyRgb(x, y), (y * widthPx + x) * 3);
  }
  await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .withIccProfile('srgb')
    .tiff({ tile: true, pyramid: true, compression, tileWidth: 64, tileHeight: 64 })
    .toFile(file);
}
