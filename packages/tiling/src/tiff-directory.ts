import { GigascopeError } from '@gigascope/contracts';
import { assertInside, type RandomAccess } from './random-access.ts';
import { TIFF_TAGS, TIFF_TYPE_BYTES } from './tiff-types.ts';

/** One field of a directory. Its values lie at `offset` of the file, inline ones included. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly offset: number;
}

export interface TiffDirectory {
  readonly offset: number;
  readonly entries: ReadonlyMap<number, TiffEntry>;
}

/** Hamamatsu's NDPI is a classic TIFF with 64-bit directory offsets. */
export type TiffVariant = 'classic' | 'big' | 'ndpi';

export interface TiffStructure {
  readonly variant: TiffVariant;
  readonly littleEndian: boolean;
  /** In the order of the chain. */
  readonly directories: readonly TiffDirectory[];
}

/** A hostile file may state any number; no slide known has more. */
const MAX_DIRECTORIES = 1024;
const MAX_ENTRIES = 4096;

/** Values of one field: 2^22 tiles of 256 px are a slide of 524,288 px a side. */
const MAX_VALUES = 2 ** 22;

/** Tells whether a file of at least 8 bytes begins as TIFF or BigTIFF. */
export function isTiff(head: DataView): boolean {
  return head.byteLength >= 8 && magicOf(head) !== null;
}

/**
 * Reads the chain of directories and nothing else: no pixels, no values outside the entries themselves.
 * Throws FILE_TRUNCATED for a directory past the end, SLIDE_UNREADABLE for a loop or numbers over the limits.
 */
export async function readTiffStructure(file: RandomAccess): Promise<TiffStructure> {
  const magic = magicOf(await file.read(0, 8));
  if (magic === null) throw unreadable('no TIFF header');
  const { littleEndian } = magic;
  if (magic.big) {
    const first = readOffset64(await file.read(8, 8), 0, littleEndian);
    return { variant: 'big', littleEndian, directories: await readChain(file, 'big', littleEndian, first) };
  }
  const ndpi = littleEndian ? await ndpiStart(file) : null;
  if (ndpi !== null) return { variant: 'ndpi', littleEndian, directories: await readChain(file, 'ndpi', true, ndpi) };
  const first = (await file.read(4, 4)).getUint32(0, littleEndian);
  return { variant: 'classic', littleEndian, directories: await readChain(file, 'classic', littleEndian, first) };
}

/** Reads a field of whole numbers. Throws FILE_TRUNCATED, or SLIDE_UNREADABLE naming the tag for another type or too many. */
export async function readTiffNumbers(
  file: RandomAccess,
  structure: Pick<TiffStructure, 'littleEndian'>,
  entry: TiffEntry,
): Promise<Float64Array> {
  const bytes = TIFF_TYPE_BYTES[entry.type];
  if (bytes === undefined || ![1, 3, 4, 13, 16, 18].includes(entry.type)) {
    throw unreadable(`tag ${entry.tag} has field type ${entry.type}`);
  }
  if (entry.count > MAX_VALUES) throw unreadable(`tag ${entry.tag} states ${entry.count} values`);
  const view = await file.read(entry.offset, entry.count * bytes);
  const values = new Float64Array(entry.count);
  for (let i = 0; i < values.length; i++) {
    if (bytes === 1) values[i] = view.getUint8(i);
    else if (bytes === 2) values[i] = view.getUint16(i * 2, structure.littleEndian);
    else if (bytes === 4) values[i] = view.getUint32(i * 4, structure.littleEndian);
    else values[i] = readOffset64(view, i * 8, structure.littleEndian);
  }
  return values;
}

/**
 * The place that a 32-bit offset of an NDPI directory means. Such files keep only the low half and put all data before
 * the directory that refers to it, so the high half is the directory's, or one less where that would lie behind it.
 */
export function ndpiOffset(directoryOffset: number, low: number): number {
  const candidate = directoryOffset - (directoryOffset % 2 ** 32) + low;
  return candidate >= directoryOffset && candidate >= 2 ** 32 ? candidate - 2 ** 32 : candidate;
}

function magicOf(head: DataView): { littleEndian: boolean; big: boolean } | null {
  const order = head.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const littleEndian = order === 0x4949;
  const version = head.getUint16(2, littleEndian);
  if (version === 42) return { littleEndian, big: false };
  const bigHeader = head.getUint16(4, littleEndian) === 8 && head.getUint16(6, littleEndian) === 0;
  return version === 43 && bigHeader ? { littleEndian, big: true } : null;
}

/** Returns where an NDPI file's first directory lies, or null when this is another classic TIFF. */
async function ndpiStart(file: RandomAccess): Promise<number | null> {
  if (file.sizeBytes < 12) return null;
  const first = readOffset64(await file.read(4, 8), 0, true);
  if (first < 8 || first + 2 > file.sizeBytes) return null;
  const count = (await file.read(first, 2)).getUint16(0, true);
  if (count > MAX_ENTRIES || first + 2 + count * 12 + 8 > file.sizeBytes) return null;
  const { directory } = await readDirectory(file, 'ndpi', true, first);
  return directory.entries.has(TIFF_TAGS.NdpiFormat) ? first : null;
}

async function readChain(
  file: RandomAccess,
  variant: TiffVariant,
  littleEndian: boolean,
  first: number,
): Promise<readonly TiffDirectory[]> {
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  let next = first;
  while (next !== 0) {
    if (seen.has(next)) throw unreadable('the chain of image directories runs in a circle');
    if (directories.length === MAX_DIRECTORIES) throw unreadable(`over ${MAX_DIRECTORIES} image directories`);
    seen.add(next);
    const read = await readDirectory(file, variant, littleEndian, next);
    directories.push(read.directory);
    next = read.next;
  }
  if (directories.length === 0) throw new GigascopeError('FILE_TRUNCATED', 'no image directory was written');
  return directories;
}

/** Widths in bytes of a directory's parts. */
const LAYOUT = {
  classic: { count: 2, entry: 12, inline: 4, value: 8, next: 4 },
  ndpi: { count: 2, entry: 12, inline: 4, value: 8, next: 8 },
  big: { count: 8, entry: 20, inline: 8, value: 12, next: 8 },
} as const;

async function readDirectory(
  file: RandomAccess,
  variant: TiffVariant,
  littleEndian: boolean,
  offset: number,
): Promise<{ directory: TiffDirectory; next: number }> {
  const layout = LAYOUT[variant];
  const big = variant === 'big';
  const head = await file.read(offset, layout.count);
  const count = big ? readOffset64(head, 0, littleEndian) : head.getUint16(0, littleEndian);
  if (count > MAX_ENTRIES) throw unreadable(`an image directory of ${count} tags`);
  const start = offset + layout.count;
  assertInside(start, count * layout.entry, file.sizeBytes);
  const view = await file.read(start, count * layout.entry + layout.next);
  const entries = new Map<number, TiffEntry>();
  for (let i = 0; i < count; i++) {
    const at = i * layout.entry;
    const tag = view.getUint16(at, littleEndian);
    const type = view.getUint16(at + 2, littleEndian);
    const values = big ? readOffset64(view, at + 4, littleEndian) : view.getUint32(at + 4, littleEndian);
    const bytes = TIFF_TYPE_BYTES[type];
    // The specification has readers skip types that they don't know; of a repeated tag the first counts.
    if (bytes === undefined || entries.has(tag)) continue;
    let place = start + at + layout.value;
    if (values * bytes > layout.inline) {
      const stated = big ? readOffset64(view, at + 12, littleEndian) : view.getUint32(at + 8, littleEndian);
      place = variant === 'ndpi' ? ndpiOffset(offset, stated) : stated;
    }
    entries.set(tag, { tag, type, count: values, offset: place });
  }
  const end = count * layout.entry;
  const next = layout.next === 8 ? readOffset64(view, end, littleEndian) : view.getUint32(end, littleEndian);
  return { directory: { offset, entries }, next };
}

/** Above 2^53 the value is no longer exact, and far past the end of any file. */
function readOffset64(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(at, littleEndian));
}

function unreadable(detail: string): GigascopeError {
  return new GigascopeError('SLIDE_UNREADABLE', detail);
}
