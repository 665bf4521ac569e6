import { GigascopeError, type SlideMetadata } from '@gigascope/contracts';
import type { RandomAccess } from '../random-access.ts';
import type { TiffDirectory, TiffStructure } from '../tiff-directory.ts';
import { readTiffNumber } from '../tiff-fields.ts';
import { readText } from './read-text.ts';

const NEW_SUBFILE_TYPE = 254;
const REDUCED = 1;
/** Aperio's mark of a macro is a reduced image's with bit 8. */
const MACRO = 9;

/**
 * The directories that hold the scan's pyramid, by the rules of OpenSlide's readers, and no others.
 * Throws DEIDENTIFY_UNSUPPORTED when the format is none whose rules are known here, or when they give other levels than
 * those that the slide is read by.
 */
export async function scanDirectories(
  file: RandomAccess,
  structure: TiffStructure,
  metadata: SlideMetadata,
): Promise<readonly TiffDirectory[]> {
  const { vendor, levels } = metadata;
  if ((vendor !== 'aperio' && vendor !== 'generic-tiff') || structure.variant === 'ndpi')
    throw new GigascopeError('DEIDENTIFY_UNSUPPORTED', `the format is ${vendor}`);
  const scans: TiffDirectory[] = [];
  const sizes: string[] = [];
  for (const [index, directory] of structure.directories.entries()) {
    if (![322, 323, 324, 325].every((tag) => directory.entries.has(tag))) continue;
    const subfileType = await subfileTypeOf(file, structure, directory);
    if (vendor === 'generic-tiff' && index > 0 && (subfileType & REDUCED) === 0) continue;
    if (vendor === 'aperio' && (await isLabelOrMacro(file, directory, subfileType))) continue;
    scans.push(directory);
    const width = await readTiffNumber(file, structure, directory, 'ImageWidth');
    sizes.push(`${width} ${await readTiffNumber(file, structure, directory, 'ImageLength')}`);
  }
  const expected = levels.map(({ widthPx, heightPx }) => `${widthPx} ${heightPx}`);
  if (sizes.toSorted().join() !== expected.toSorted().join())
    throw new GigascopeError('DEIDENTIFY_UNSUPPORTED', 'its images are not its levels');
  return scans;
}

async function subfileTypeOf(file: RandomAccess, form: TiffStructure, { entries }: TiffDirectory): Promise<number> {
  const entry = entries.get(NEW_SUBFILE_TYPE);
  if (entry === undefined || entry.count !== 1 || (entry.type !== 4 && entry.type !== 3)) return 0;
  const bytes = entry.type === 4 ? 4 : 2;
  const view = await file.read(entry.offset, bytes);
  return bytes === 4 ? view.getUint32(0, form.littleEndian) : view.getUint16(0, form.littleEndian);
}

async function isLabelOrMacro(file: RandomAccess, directory: TiffDirectory, subfileType: number): Promise<boolean> {
  if (subfileType === MACRO) return true;
  const [head = ''] = ((await readText(file, directory)) ?? '').split('|');
  return /\b(?:label|macro)\b/i.test(head);
}
