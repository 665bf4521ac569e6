import { GigascopeError, type Rect, type RgbImage } from '@gigascope/contracts';
import { MAX_REGION_PX } from './region-limits.ts';
import { planAxis, resample } from './resample.ts';
import { copyRect } from './rgb-raster.ts';
import type { ShownParts, SlideReader } from './slide-reader.ts';
import type { TargetLattice } from './target-lattice.ts';

/**
 * Reads a rectangle of the slide at a lattice's pixel size: one decoding read, then resampling.
 * The rectangle lies inside the lattice. `into` and `shown` are handed to the read. Throws ARGUMENT_INVALID when more than MAX_REGION_PX level pixels are needed.
 */
export async function readTargetRegion(
  reader: SlideReader,
  lattice: TargetLattice,
  rect: Rect<'target'>,
  into?: Uint8Array<ArrayBuffer>,
  shown?: ShownParts,
): Promise<RgbImage> {
  const { level, readScale } = lattice;
  const planX = planAxis(rect.x, rect.x + rect.width, readScale.x, level.widthPx);
  const planY = planAxis(rect.y, rect.y + rect.height, readScale.y, level.heightPx);
  const width = planX.end - planX.start;
  const height = planY.end - planY.start;
  if (Math.max(width * height, rect.width * rect.height) > MAX_REGION_PX) {
    throw new GigascopeError('ARGUMENT_INVALID', `a block of ${width}×${height} level pixels is too large to hold`);
  }
  const region = { level: level.index, x: planX.start, y: planY.start, width, height };
  const source = await reader.readRegion(region, into, shown);
  return resample(source, planX, planY);
}

/** Level pixels decoded at a time while a whole slide is streamed: 12 MiB as RGB. */
const CHUNK_LEVEL_PX = 2 ** 22;

/** Reads the whole slide at a lattice's pixel size, chunk by chunk, so that memory is the result plus one chunk. */
export async function readWholeLattice(reader: SlideReader, lattice: TargetLattice): Promise<RgbImage> {
  const image: RgbImage = {
    width: lattice.width,
    height: lattice.height,
    data: new Uint8Array(lattice.width * lattice.height * 3),
  };
  const side = Math.sqrt(CHUNK_LEVEL_PX);
  const chunkWidth = Math.max(1, Math.floor(side / lattice.readScale.x));
  const chunkHeight = Math.max(1, Math.floor(side / lattice.readScale.y));
  for (let y = 0; y < lattice.height; y += chunkHeight) {
    for (let x = 0; x < lattice.width; x += chunkWidth) {
      const width = Math.min(chunkWidth, lattice.width - x);
      const height = Math.min(chunkHeight, lattice.height - y);
      const chunk = await readTargetRegion(reader, lattice, { x, y, width, height });
      copyRect(chunk, { x: 0, y: 0, width, height }, image, { x, y });
    }
  }
  return image;
}
