import { GigascopeError } from '@gigascope/contracts';
import { assertInside, type RandomAccess } from './random-access.ts';
import {
  ndpiOffset,
  readTiffNumbers,
  readTiffStructure,
  type TiffDirectory,
  type TiffStructure,
} from './tiff-directory.ts';
import { readTiffNumber } from './tiff-fields.ts';
import { TIFF_TAGS, TIFF_TYPE_BYTES, type TiffTagName } from './tiff-types.ts';

/** Longest side: 4,194,304 px are 1 m at 0.25 µm/px, and no microscope slide is longer than 0.1 m. */
const MAX_SIDE_PX = 2 ** 22;

/** Largest tile, 2^25 px: decoders allocate 4 bytes for each of its pixels, whatever the file holds of it. */
const MAX_TILE_PX = 2 ** 25;

/**
 * Checks what a decoder trusts blindly: that every directory states sensible sizes and that all its tiles or strips lie
 * inside the file. Throws FILE_TRUNCATED or SLIDE_UNREADABLE, naming the tag.
 */
export async function checkTiff(file: RandomAccess): Promise<void> {
  const structure = await readTiffStructure(file);
  for (const directory of structure.directories) {
    for (const name of ['ImageWidth', 'ImageLength'] as const) {
      const value = await readTiffNumber(file, structure, directory, name);
      if (!(value !== null && value >= 1 && value <= MAX_SIDE_PX)) throw absurd(name, value);
    }
    const tileWidth = await readTiffNumber(file, structure, directory, 'TileWidth');
    const tileLength = await readTiffNumber(file, structure, directory, 'TileLength');
    if (tileWidth !== null || tileLength !== null) {
      if (!(tileWidth !== null && tileWidth >= 1)) throw absurd('TileWidth', tileWidth);
      if (!(tileLength !== null && tileLength >= 1)) throw absurd('TileLength', tileLength);
      if (tileWidth * tileLength > MAX_TILE_PX) throw absurd('TileWidth', tileWidth);
    }
    if (structure.variant !== 'ndpi') checkFieldsInside(file, directory);
    await checkExtents(file, structure, directory, 'TileOffsets', 'TileByteCounts');
    await checkExtents(file, structure, directory, 'StripOffsets', 'StripByteCounts');
  }
}

/** Fields without which pixels come out wrong or not at all. Others may point anywhere: some programs write such. */
const NEEDED: readonly TiffTagName[] = ['BitsPerSample', 'ImageDescription', 'JpegTables'];

function checkFieldsInside(file: RandomAccess, { entries }: TiffDirectory): void {
  for (const name of NEEDED) {
    const entry = entries.get(TIFF_TAGS[name]);
    if (entry === undefined) continue;
    assertInside(entry.offset, entry.count * (TIFF_TYPE_BYTES[entry.type] ?? 0), file.sizeBytes);
  }
}

async function checkExtents(
  file: RandomAccess,
  structure: TiffStructure,
  directory: TiffDirectory,
  offsetsName: TiffTagName,
  countsName: TiffTagName,
): Promise<void> {
  const offsetsEntry = directory.entries.get(TIFF_TAGS[offsetsName]);
  const countsEntry = directory.entries.get(TIFF_TAGS[countsName]);
  if (offsetsEntry === undefined || countsEntry === undefined) return;
  const offsets = await readTiffNumbers(file, structure, offsetsEntry);
  const counts = await readTiffNumbers(file, structure, countsEntry);
  for (let i = 0; i < Math.min(offsets.length, counts.length); i++) {
    const stated = offsets[i] as number;
    const bytes = counts[i] as number;
    // Sparse slides leave out empty tiles this way.
    if (bytes === 0 || stated === 0) continue;
    assertInside(structure.variant === 'ndpi' ? ndpiOffset(directory.offset, stated) : stated, bytes, file.sizeBytes);
  }
}

function absurd(name: TiffTagName, value: number | null): GigascopeError {
  return new GigascopeError('SLIDE_UNREADABLE', `${name} is ${value === null ? 'missing' : value}`);
}
