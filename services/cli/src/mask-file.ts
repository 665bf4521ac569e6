import { type ByteRaster, GigascopeError } from '@gigascope/contracts';
import sharp from 'sharp';

/** How far a pyramid page's downsample may be from the one wanted: odd sizes round by one pixel a level. */
const DOWNSAMPLE_TOLERANCE = 0.02;

/**
 * Reads a truth mask at the downsample wanted, one byte a pixel: a PNG or single-page TIFF is taken to be at that
 * downsample; of a pyramid, whose first page is level 0, the page that has it.
 * @throws ARGUMENT_INVALID when no page of the pyramid has it.
 */
export async function readTruthMask(path: string, downsample: number): Promise<ByteRaster> {
  const { pages = 1, width: widthL0 } = await sharp(path, { limitInputPixels: false }).metadata();
  const page = pages === 1 ? 0 : await pageAt(path, pages, widthL0, downsample);
  const { data, info } = await sharp(path, { page, limitInputPixels: false })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: Uint8Array.from(data) };
}

async function pageAt(path: string, pages: number, widthL0: number, downsample: number): Promise<number> {
  for (let page = 0; page < pages; page += 1) {
    const { width } = await sharp(path, { page, limitInputPixels: false }).metadata();
    if (Math.abs(widthL0 / width / downsample - 1) < DOWNSAMPLE_TOLERANCE) return page;
  }
  throw new GigascopeError('ARGUMENT_INVALID', `the mask has no level with a downsample of ${downsample}`);
}
