import { open } from 'node:fs/promises';
import { type CleanPlan, GigascopeError, type SlideMetadata } from '@gigascope/contracts';
import { assertInside, fileAccess, type RandomAccess } from '../random-access.ts';
import {
  isTiff,
  readTiffNumbers,
  readTiffStructure,
  type TiffDirectory,
  type TiffStructure,
} from '../tiff-directory.ts';
import { cleanDirectory, type KeptDirectory } from './kept-directory.ts';
import { fieldBytes, mayIdentify } from './kept-tags.ts';
import { overlap, Ranges } from './ranges.ts';
import { scanDirectories } from './scan-directories.ts';
import { writeDirectory, writeHeader } from './write-directory.ts';

/** Ranges that are copied: a scanner writes its tiles one after another, so that they are few. */
const MAX_RANGES = 2 ** 20;

/**
 * Plans a copy of a slide without label, macro, thumbnail and whatever else is not known to be technical: Aperio's SVS and
 * plain tiled TIFF. Everything stays in its place, and what is not kept is zero: the label's pixels and the scanner's
 * text are not there to be found. Tiles are copied as they are. Throws DEIDENTIFY_UNSUPPORTED for other formats and for
 * files where what is kept and what is left out share bytes; FILE_TRUNCATED or SLIDE_UNREADABLE for damaged ones.
 */
export async function planCleanCopy(path: string, metadata: SlideMetadata): Promise<CleanPlan> {
  await using handle = await open(path, 'r');
  const file = await fileAccess(handle);
  if (!isTiff(await file.read(0, Math.min(16, file.sizeBytes)))) throw refused(`the format is ${metadata.vendor}`);
  const structure = await readTiffStructure(file);
  const scans = await scanDirectories(file, structure, metadata);
  const kept: KeptDirectory[] = [];
  for (const directory of scans) kept.push(await cleanDirectory(file, structure, directory, metadata.vendor));
  const ranges = new Ranges();
  for (const directory of kept) await keepValues(file, structure, directory, ranges);
  const copied = ranges.merged();
  if (copied.length / 2 > MAX_RANGES) throw refused(`its pixels lie in over ${MAX_RANGES} places`);
  if (overlap(copied, await forbidden(file, structure, kept)))
    throw refused('what is kept shares bytes with what is not');
  return await compose(file, structure, kept, copied);
}

async function keepValues(
  file: RandomAccess,
  form: TiffStructure,
  directory: KeptDirectory,
  into: Ranges,
): Promise<void> {
  for (const entry of directory.outside) {
    assertInside(entry.offset, fieldBytes(entry), file.sizeBytes);
    into.add(entry.offset, entry.offset + fieldBytes(entry));
  }
  await addExtents(file, form, directory.source, [324, 325], into);
}

async function addExtents(
  file: RandomAccess,
  form: TiffStructure,
  { entries }: TiffDirectory,
  [offsetsTag, countsTag]: readonly [number, number],
  into: Ranges,
): Promise<void> {
  const [offsetsEntry, countsEntry] = [entries.get(offsetsTag), entries.get(countsTag)];
  if (offsetsEntry === undefined || countsEntry === undefined) return;
  const offsets = await readTiffNumbers(file, form, offsetsEntry);
  const counts = await readTiffNumbers(file, form, countsEntry);
  for (let i = 0; i < Math.min(offsets.length, counts.length); i++) {
    const [start, bytes] = [offsets[i] as number, counts[i] as number];
    if (start === 0 || bytes === 0) continue;
    assertInside(start, bytes, file.sizeBytes);
    into.add(start, start + bytes);
  }
}

/** Where lies what must not be copied: pixels of the other directories, and texts of all. */
async function forbidden(
  file: RandomAccess,
  structure: TiffStructure,
  kept: readonly KeptDirectory[],
): Promise<Float64Array> {
  const ranges = new Ranges();
  for (const directory of structure.directories) {
    const own = kept.find(({ source }) => source === directory);
    const stays = new Set(own?.outside.map(({ tag }) => tag));
    for (const entry of directory.entries.values()) {
      // What an entry holds inside itself goes with its directory, which is written anew.
      if (stays.has(entry.tag) || !mayIdentify(entry) || fieldBytes(entry) <= 8) continue;
      if (own === undefined && (entry.tag === 347 || entry.tag === 34_675)) continue;
      ranges.add(entry.offset, entry.offset + fieldBytes(entry));
    }
    if (own !== undefined) continue;
    await addExtents(file, structure, directory, [324, 325], ranges);
    await addExtents(file, structure, directory, [273, 279], ranges);
  }
  return ranges.merged();
}

async function compose(
  file: RandomAccess,
  structure: TiffStructure,
  kept: readonly KeptDirectory[],
  copied: Float64Array<ArrayBuffer>,
): Promise<CleanPlan> {
  const patches = [{ offset: 0, bytes: await writeHeader(file, structure, kept[0]?.source.offset ?? 0) }];
  for (const [index, { source, entries, texts }] of kept.entries()) {
    const next = kept[index + 1]?.source.offset ?? 0;
    patches.push({ offset: source.offset, bytes: await writeDirectory(file, structure, entries, next) }, ...texts);
  }
  const ends = patches.map(({ offset, bytes }) => offset + bytes.length);
  return { sizeBytes: Math.max(copied.at(-1) ?? 0, ...ends), kept: copied, patches };
}

function refused(why: string): GigascopeError {
  return new GigascopeError('DEIDENTIFY_UNSUPPORTED', why);
}
