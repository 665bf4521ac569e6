import { GigascopeError, type Rect, type RgbImage, type SlideLevel } from '@gigascope/contracts';
import { chooseLevel } from './pyramid.ts';
import { planAxis, resample } from './resample.ts';
import { copyRect } from './rgb-raster.ts';
import type { SlideReader } from './slide-reader.ts';

/** Level pixels decoded at a time: 12 MiB as RGB. */
const CHUNK_LEVEL_PX = 2 ** 22;
/** Level pixels that one picture may cost: about 2 s of decoding. More are needed only where a slide has no pyramid. */
const MAX_LEVEL_PX = 2 ** 28;

/**
 * Reads a rectangle of level 0 that lies on the slide at any size, its sides scaled apart. A pixel is the mean of what it
 * covers on the level that is read, or linear between pixel centres where that is enlarged. Throws LEVEL_OUT_OF_RANGE,
 * before anything is decoded, for a rectangle that leaves the slide or needs more than 2^28 level pixels.
 */
export async function readScaledRegion(
  reader: SlideReader,
  rect: Rect<'l0'>,
  size: { readonly width: number; readonly height: number },
): Promise<RgbImage> {
  const { metadata } = reader;
  if (rect.x < 0 || rect.y < 0 || rect.x + rect.width > metadata.widthL0 || rect.y + rect.height > metadata.heightL0)
    throw new GigascopeError('LEVEL_OUT_OF_RANGE', 'the region leaves the slide');
  const level = chooseLevel(metadata, Math.min(rect.width / size.width, rect.height / size.height));
  const x = axisOf(rect.x, rect.width, size.width, level);
  const y = axisOf(rect.y, rect.height, size.height, level);
  if (size.width * x.scale * size.height * y.scale > MAX_LEVEL_PX)
    throw new GigascopeError(
      'LEVEL_OUT_OF_RANGE',
      'the slide has no level that is coarse enough for so large a region',
    );
  const { width: widthPx, height: heightPx } = size;
  const image: RgbImage = { width: widthPx, height: heightPx, data: new Uint8Array(widthPx * heightPx * 3) };
  const side = Math.sqrt(CHUNK_LEVEL_PX);
  const columns = Math.max(1, Math.floor(side / x.scale));
  const rows = Math.max(1, Math.floor(side / y.scale));
  for (let top = 0; top < size.height; top += rows) {
    for (let left = 0; left < size.width; left += columns) {
      const width = Math.min(columns, size.width - left);
      const height = Math.min(rows, size.height - top);
      const planX = planAxis(x.first + left, x.first + left + width, x.scale, level.widthPx);
      const planY = planAxis(y.first + top, y.first + top + height, y.scale, level.heightPx);
      const source = await reader.readRegion({
        ...{ level: level.index, x: planX.start, y: planY.start },
        ...{ width: planX.end - planX.start, height: planY.end - planY.start },
      });
      copyRect(resample(source, planX, planY), { x: 0, y: 0, width, height }, image, { x: left, y: top });
    }
  }
  return image;
}

/** `scale`: level pixels per pixel of the picture; `first`: where on the lattice of that scale it begins, fractional. */
function axisOf(startL0: number, lengthL0: number, lengthPx: number, { downsample }: SlideLevel) {
  const scale = lengthL0 / lengthPx / downsample;
  return { scale, first: startL0 / downsample / scale };
}
