import type { RandomAccess } from '../random-access.ts';
import type { TiffEntry, TiffStructure } from '../tiff-directory.ts';
import { fieldBytes } from './kept-tags.ts';

type Form = Pick<TiffStructure, 'variant' | 'littleEndian'>;

/** How long a field's values may be to lie inside its entry. */
export function inlineBytes({ variant }: Form): number {
  return variant === 'big' ? 8 : 4;
}

/** The bytes of a directory that holds these fields, in ascending order of their tags, whose values stay where they are. */
export async function writeDirectory(
  file: RandomAccess,
  form: Form,
  entries: readonly TiffEntry[],
  next: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const big = form.variant === 'big';
  const little = form.littleEndian;
  const inline = inlineBytes(form);
  const [countBytes, entryBytes] = big ? [8, 20] : [2, 12];
  const bytes = new Uint8Array(countBytes + entries.length * entryBytes + inline);
  const view = new DataView(bytes.buffer);
  const setNumber = (at: number, value: number): void => {
    if (big) view.setBigUint64(at, BigInt(value), little);
    else view.setUint32(at, value, little);
  };
  if (big) setNumber(0, entries.length);
  else view.setUint16(0, entries.length, little);
  for (const [index, entry] of entries.entries()) {
    const at = countBytes + index * entryBytes;
    view.setUint16(at, entry.tag, little);
    view.setUint16(at + 2, entry.type, little);
    setNumber(at + 4, entry.count);
    const valueAt = at + entryBytes - inline;
    const length = fieldBytes(entry);
    if (length > inline) setNumber(valueAt, entry.offset);
    else bytes.set(new Uint8Array((await file.read(entry.offset, length)).buffer), valueAt);
  }
  setNumber(bytes.length - inline, next);
  return bytes;
}

/** The file's first bytes, pointing at its first directory. */
export async function writeHeader(
  file: RandomAccess,
  form: Form,
  firstDirectory: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const big = form.variant === 'big';
  const view = await file.read(0, big ? 16 : 8);
  if (big) view.setBigUint64(8, BigInt(firstDirectory), form.littleEndian);
  else view.setUint32(4, firstDirectory, form.littleEndian);
  return new Uint8Array(view.buffer);
}
