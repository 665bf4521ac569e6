import type { RandomAccess } from '../random-access.ts';
import type { TiffDirectory } from '../tiff-directory.ts';
import { readTiffBytes } from '../tiff-fields.ts';

/** Scanners write a few kB; more is no description of Aperio's. */
const MAX_DESCRIPTION_BYTES = 2 ** 20;

/** ImageDescription as it was written, one character per byte, up to its first NUL; null where there is none of a sensible size. */
export async function readText(file: RandomAccess, directory: TiffDirectory): Promise<string | null> {
  const bytes = await readTiffBytes(file, directory, 'ImageDescription', MAX_DESCRIPTION_BYTES);
  return bytes === null ? null : (Buffer.from(bytes).toString('latin1').split('\0', 1)[0] ?? '');
}
