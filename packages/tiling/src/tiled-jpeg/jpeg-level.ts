import { type StreamPrefix, streamPrefix } from '@gigascope/jpeg-stream';
import type { RandomAccess } from '../random-access.ts';
import { readTiffNumbers, type TiffDirectory, type TiffStructure } from '../tiff-directory.ts';
import { readFewNumbers, readFewRationals, readTiffBytes, readTiffNumber } from '../tiff-fields.ts';
import { TIFF_TAGS, type TiffTagName } from '../tiff-types.ts';
import { checkExtents, type TileExtents } from './tile-extents.ts';

/** A directory of JPEG tiles of which everything that decides a pixel is known. */
export interface JpegLevel extends TileExtents {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tileWidthPx: number;
  readonly tileHeightPx: number;
  readonly columns: number;
  readonly colourSpace: 'rgb' | 'ycbcr';
  readonly prefix: StreamPrefix;
}

interface Plain {
  readonly tag: TiffTagName;
  readonly allowed: readonly number[];
  /** A field that may be missing, its default being among the allowed (TIFF 6.0 and Technical Note 2). */
  readonly optional?: boolean;
}

/** What each field must hold, all its values. A number that is not here is left to OpenSlide. */
const PLAIN: readonly Plain[] = [
  { tag: 'Compression', allowed: [7] },
  { tag: 'BitsPerSample', allowed: [8] },
  { tag: 'SamplesPerPixel', allowed: [3] },
  { tag: 'Photometric', allowed: [2, 6] },
  { tag: 'FillOrder', allowed: [1], optional: true },
  { tag: 'Orientation', allowed: [1], optional: true },
  { tag: 'PlanarConfiguration', allowed: [1], optional: true },
  { tag: 'Predictor', allowed: [1], optional: true },
  { tag: 'SampleFormat', allowed: [1], optional: true },
  { tag: 'YCbCrSubSampling', allowed: [1, 2], optional: true },
  { tag: 'ImageDepth', allowed: [1], optional: true },
  { tag: 'TileDepth', allowed: [1], optional: true },
];

const MOST_VALUES = 16;
const PHOTOMETRIC_RGB = 2;

/** Largest tile of our own: 2^22 px are 12 MiB decoded. */
const MAX_TILE_PX = 2 ** 22;

/** libjpeg itself writes tables of under 1 kB. */
const MAX_TABLES_BYTES = 2 ** 16;

/** Reads a directory as a level of JPEG tiles, or says which of its fields is not plain. Errors: as `readTiffNumbers`. */
export async function readJpegLevel(
  file: RandomAccess,
  structure: TiffStructure,
  directory: TiffDirectory,
): Promise<JpegLevel | string> {
  const number = async (name: TiffTagName): Promise<number> =>
    (await readTiffNumber(file, structure, directory, name)) ?? 0;
  for (const { tag, allowed, optional = false } of PLAIN) {
    const values = await readFewNumbers(file, structure, directory, tag, MOST_VALUES);
    if (values === null ? !optional : !values.every((value) => allowed.includes(value))) {
      return `${tag} is ${values?.join(', ') ?? 'missing'}`;
    }
  }
  if (directory.entries.has(TIFF_TAGS.ExtraSamples)) return 'it has extra samples';
  const colourSpace = (await number('Photometric')) === PHOTOMETRIC_RGB ? 'rgb' : 'ycbcr';
  if (!(await isFullRange(file, structure, directory, colourSpace))) return 'ReferenceBlackWhite is not the full range';
  const jpegTables = await readTiffBytes(file, directory, 'JpegTables', MAX_TABLES_BYTES);
  if (jpegTables === null && directory.entries.has(TIFF_TAGS.JpegTables)) return 'JPEGTables is too long';
  const prefix = streamPrefix(jpegTables, colourSpace);
  if (prefix === null) return 'JPEGTables holds more than tables';
  const [widthPx, heightPx] = [await number('ImageWidth'), await number('ImageLength')];
  const [tileWidthPx, tileHeightPx] = [await number('TileWidth'), await number('TileLength')];
  const tilePx = tileWidthPx * tileHeightPx;
  if (!(tilePx >= 1 && tilePx <= MAX_TILE_PX)) return `tiles of ${tileWidthPx}×${tileHeightPx} px`;
  const columns = Math.ceil(widthPx / tileWidthPx);
  const tiles = columns * Math.ceil(heightPx / tileHeightPx);
  const extents = await readExtents(file, structure, directory, tiles, tilePx);
  if (typeof extents === 'string') return extents;
  return { ...extents, widthPx, heightPx, tileWidthPx, tileHeightPx, columns, colourSpace, prefix };
}

async function readExtents(
  file: RandomAccess,
  structure: TiffStructure,
  { entries }: TiffDirectory,
  tiles: number,
  tilePx: number,
): Promise<TileExtents | string> {
  const offsets = entries.get(TIFF_TAGS.TileOffsets);
  const byteCounts = entries.get(TIFF_TAGS.TileByteCounts);
  // Before anything is read: a field may state any count.
  if (offsets?.count !== tiles || byteCounts?.count !== tiles) return `${tiles} tiles, but other numbers of offsets`;
  return checkExtents(
    await readTiffNumbers(file, structure, offsets),
    await readTiffNumbers(file, structure, byteCounts),
    tiles,
    mostTileBytes(tilePx),
    file.sizeBytes,
  );
}

/** Twice the bare pixels, and room for tables and colour profiles: no encoder writes more. */
function mostTileBytes(tilePx: number): number {
  return 2 * 3 * tilePx + MAX_TABLES_BYTES;
}

/** True unless ReferenceBlackWhite states another scale than the one of JPEG, which libjpeg decodes by in any case. */
async function isFullRange(
  file: RandomAccess,
  structure: TiffStructure,
  directory: TiffDirectory,
  colourSpace: 'rgb' | 'ycbcr',
): Promise<boolean> {
  if (!directory.entries.has(TIFF_TAGS.ReferenceBlackWhite)) return true;
  const found = await readFewRationals(file, structure, directory, 'ReferenceBlackWhite', 6);
  const low = colourSpace === 'rgb' ? 0 : 128;
  return found?.join() === [0, 255, low, 255, low, 255].join();
}
