import { readFile } from 'node:fs/promises';
import type { NativeLevel } from '@gigascope/contracts';
import { wholeTile } from '@gigascope/jpeg-stream';
import { nativeTiles, openSlide, type SlideReader } from '@gigascope/tiling';
import sharp from 'sharp';

/** Where the tiles of a slide lie, as the reader's process says it. */
export async function nativeLevels(path: string): Promise<readonly NativeLevel[]> {
  await using reader = await openSlide(path);
  return nativeTiles(reader).levels;
}

/** The pixels of a JPEG as libvips decodes it, its first `width` × `height` of them. */
export async function decoded(jpeg: Uint8Array, width: number, height: number): Promise<Buffer> {
  return await sharp(jpeg).extract({ left: 0, top: 0, width, height }).removeAlpha().raw().toBuffer();
}

/** A tile as the API passes it on; null where it would have it decoded. */
export function streamOf(file: Uint8Array, level: NativeLevel, index: number): Buffer | null {
  const offset = level.offsets[index] ?? 0;
  const tile = file.subarray(offset, offset + (level.byteCounts[index] ?? 0));
  const parts = wholeTile(tile, level.prefix, { widthPx: level.tileWidthPx, heightPx: level.tileHeightPx });
  return parts && Buffer.concat(parts);
}

/** How many tiles are passed on, and which of them another decoder shows otherwise than `oracle`. */
export async function nativeDifferences(path: string, oracle: SlideReader) {
  const file = await readFile(path);
  const found = { passedOn: 0, tiles: 0, different: [] as string[] };
  for (const [index, level] of (await nativeLevels(path)).entries()) {
    for (let tile = 0; tile < level.columns * level.rows; tile++) {
      found.tiles++;
      const stream = streamOf(file, level, tile);
      if (stream === null) continue;
      found.passedOn++;
      const [x, y] = [
        (tile % level.columns) * level.tileWidthPx,
        Math.floor(tile / level.columns) * level.tileHeightPx,
      ];
      const width = Math.min(level.tileWidthPx, level.widthPx - x);
      const height = Math.min(level.tileHeightPx, level.heightPx - y);
      const { data } = await oracle.readRegion({ level: index, x, y, width, height });
      if (Buffer.compare(await decoded(stream, width, height), data) !== 0) found.different.push(`${index}: ${x},${y}`);
    }
  }
  return found;
}
