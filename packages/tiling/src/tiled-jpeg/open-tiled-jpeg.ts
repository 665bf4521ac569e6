import { type FileHandle, open } from 'node:fs/promises';
import { GigascopeError, type SlideMetadata } from '@gigascope/contracts';
import type { TurboJpeg } from '@gigascope/turbojpeg';
import { isWhole } from '../level-pieces.ts';
import { fileAccess, type RandomAccess } from '../random-access.ts';
import type { SlideReader } from '../slide-reader.ts';
import { isTiff, readTiffStructure, type TiffDirectory, type TiffStructure } from '../tiff-directory.ts';
import { readTiffNumber } from '../tiff-fields.ts';
import { TIFF_TAGS } from '../tiff-types.ts';
import { type JpegLevel, readJpegLevel } from './jpeg-level.ts';
import { TileSource } from './tile-source.ts';
import { TiledJpegReader } from './tiled-jpeg-reader.ts';
import { turboJpegOrNull } from './turbo-jpeg-or-null.ts';

/** Formats whose levels are TIFF directories, tile for tile: no overlaps, no sub-images, no repaired sizes. */
const VENDORS: readonly string[] = ['aperio', 'generic-tiff'];

/** Why the pixels of a slide are left to OpenSlide. */
export interface Refusal {
  readonly refused: string;
}

/**
 * Takes an open slide over when all its levels are plain JPEG tiles and libturbojpeg is here; says why not otherwise,
 * and then the caller keeps `openslide`.
 */
export async function openTiledJpeg(path: string, openslide: SlideReader): Promise<TiledJpegReader | Refusal> {
  const { metadata } = openslide;
  if (!VENDORS.includes(metadata.vendor)) return { refused: `the format is ${metadata.vendor}` };
  const library = turboJpegOrNull();
  if (library === null) return { refused: 'libturbojpeg is not installed' };
  const file = await open(path, 'r');
  try {
    const levels = await matchLevels(await fileAccess(file), metadata);
    if (!('refused' in levels)) return reader(library, file, levels, openslide);
    await file.close();
    return levels;
  } catch (error) {
    await file.close();
    // What the check of the whole file let pass and this stricter one does not.
    if (error instanceof GigascopeError) return { refused: error.message };
    throw error;
  }
}

function reader(
  library: TurboJpeg,
  file: FileHandle,
  levels: readonly JpegLevel[],
  openslide: SlideReader,
): TiledJpegReader {
  const decompressor = library.createDecompressor();
  const sources = levels.map((level, index) => {
    const stated = openslide.metadata.levels[index];
    // OpenSlide interpolates levels whose pixels do not lie on whole pixels of level 0, and results depend on it.
    return stated !== undefined && isWhole(stated) ? new TileSource(level, file.fd, decompressor) : null;
  });
  return new TiledJpegReader({ levels, openslide, sources, file, decompressor });
}

/** Finds the one directory of each level, by its size. */
async function matchLevels(file: RandomAccess, metadata: SlideMetadata): Promise<readonly JpegLevel[] | Refusal> {
  if (!isTiff(await file.read(0, Math.min(8, file.sizeBytes)))) return { refused: 'it is no TIFF' };
  const structure = await readTiffStructure(file);
  if (structure.variant === 'ndpi') return { refused: 'it is an NDPI file' };
  const tiled = await tiledDirectories(file, structure);
  const levels: JpegLevel[] = [];
  for (const { index, widthPx, heightPx } of metadata.levels) {
    const found = tiled.filter((image) => image.widthPx === widthPx && image.heightPx === heightPx);
    const [only] = found;
    if (only === undefined || found.length > 1) return { refused: `level ${index} is ${found.length} directories` };
    const level = await readJpegLevel(file, structure, only.directory);
    if (typeof level === 'string') return { refused: `level ${index}: ${level}` };
    levels.push(level);
  }
  return levels;
}

async function tiledDirectories(file: RandomAccess, structure: TiffStructure) {
  const found: { directory: TiffDirectory; widthPx: number | null; heightPx: number | null }[] = [];
  for (const directory of structure.directories) {
    if (!directory.entries.has(TIFF_TAGS.TileWidth)) continue;
    const widthPx = await readTiffNumber(file, structure, directory, 'ImageWidth');
    const heightPx = await readTiffNumber(file, structure, directory, 'ImageLength');
    found.push({ directory, widthPx, heightPx });
  }
  return found;
}
