import type { RandomAccess } from './random-access.ts';
import { readTiffNumbers, type TiffDirectory, type TiffStructure } from './tiff-directory.ts';
import { TIFF_TAGS, TIFF_TYPE_BYTES, type TiffTagName } from './tiff-types.ts';

/** Reads a field's first whole number; null where the field is missing or empty. Errors: as `readTiffNumbers`. */
export async function readTiffNumber(
  file: RandomAccess,
  structure: TiffStructure,
  directory: TiffDirectory,
  name: TiffTagName,
): Promise<number | null> {
  return (await readFewNumbers(file, structure, directory, name, 1))?.[0] ?? null;
}

/** Reads at most the first `most` whole numbers of a field; null where the field is missing or empty. */
export async function readFewNumbers(
  file: RandomAccess,
  structure: TiffStructure,
  directory: TiffDirectory,
  name: TiffTagName,
  most: number,
): Promise<Float64Array | null> {
  const entry = directory.entries.get(TIFF_TAGS[name]);
  if (entry === undefined || entry.count < 1) return null;
  return await readTiffNumbers(file, structure, { ...entry, count: Math.min(entry.count, most) });
}

const RATIONAL = 5;
const LONG = 4;

/** Reads at most the first `most` fractions of a RATIONAL field; null where the field is missing or of another type. */
export async function readFewRationals(
  file: RandomAccess,
  structure: TiffStructure,
  directory: TiffDirectory,
  name: TiffTagName,
  most: number,
): Promise<readonly number[] | null> {
  const entry = directory.entries.get(TIFF_TAGS[name]);
  if (entry === undefined || entry.type !== RATIONAL) return null;
  const count = 2 * Math.min(entry.count, most);
  const longs = await readTiffNumbers(file, structure, { ...entry, type: LONG, count });
  return Array.from({ length: count / 2 }, (_, i) => (longs[2 * i] as number) / (longs[2 * i + 1] as number));
}

/** Reads a field's bytes as they lie; null where it is missing or longer than `mostBytes`. */
export async function readTiffBytes(
  file: RandomAccess,
  directory: TiffDirectory,
  name: TiffTagName,
  mostBytes: number,
): Promise<Uint8Array | null> {
  const entry = directory.entries.get(TIFF_TAGS[name]);
  if (entry === undefined) return null;
  const bytes = entry.count * (TIFF_TYPE_BYTES[entry.type] ?? 0);
  if (bytes > mostBytes) return null;
  return new Uint8Array((await file.read(entry.offset, bytes)).buffer);
}
