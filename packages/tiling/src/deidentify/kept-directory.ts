import { GigascopeError } from '@gigascope/contracts';
import type { RandomAccess } from '../random-access.ts';
import type { TiffDirectory, TiffEntry, TiffStructure } from '../tiff-directory.ts';
import { TIFF_TAGS } from '../tiff-types.ts';
import { cleanAperioDescription } from './clean-description.ts';
import { holdsTablesOnly } from './jpeg-tables.ts';
import { fieldBytes, judgeTag } from './kept-tags.ts';
import { readText } from './read-text.ts';
import { inlineBytes } from './write-directory.ts';

/** A directory as the clean copy has it, in its old place. */
export interface KeptDirectory {
  readonly source: TiffDirectory;
  /** In ascending order of their tags. */
  readonly entries: readonly TiffEntry[];
  /** Those whose values lie outside the directory and are copied. */
  readonly outside: readonly TiffEntry[];
  /** Values that are written anew. */
  readonly texts: readonly { readonly offset: number; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

/** Throws DEIDENTIFY_UNSUPPORTED for fields that are not what they should be. */
export async function cleanDirectory(
  file: RandomAccess,
  form: TiffStructure,
  source: TiffDirectory,
  vendor: string,
): Promise<KeptDirectory> {
  const kept: TiffEntry[] = [];
  for (const entry of source.entries.values()) {
    const verdict = judgeTag(entry);
    if (verdict === 'malformed') throw new GigascopeError('DEIDENTIFY_UNSUPPORTED', `tag ${entry.tag} is malformed`);
    if (verdict === 'kept') kept.push(entry);
    if (entry.tag === TIFF_TAGS.JpegTables) await requireTables(file, entry);
  }
  const described = vendor === 'aperio' ? await describeAnew(file, form, source) : null;
  const entries = described === null ? kept : [...kept, described.entry];
  return {
    source,
    entries: entries.sort((a, b) => a.tag - b.tag),
    outside: kept.filter((entry) => fieldBytes(entry) > inlineBytes(form)),
    texts: described === null ? [] : [described.text],
  };
}

async function requireTables(file: RandomAccess, entry: TiffEntry): Promise<void> {
  const { buffer } = await file.read(entry.offset, fieldBytes(entry));
  if (!holdsTablesOnly(new Uint8Array(buffer)))
    throw new GigascopeError('DEIDENTIFY_UNSUPPORTED', 'JPEGTables hold more than tables');
}

/** In the place of the old description, which is at least as long. */
async function describeAnew(file: RandomAccess, form: TiffStructure, source: TiffDirectory) {
  const old = source.entries.get(TIFF_TAGS.ImageDescription);
  const text = await readText(file, source);
  if (old === undefined || text === null)
    throw new GigascopeError('DEIDENTIFY_UNSUPPORTED', 'a level says nothing of itself');
  const least = inlineBytes(form) + 1;
  const bytes = new Uint8Array(Buffer.from(`${cleanAperioDescription(text).padEnd(least)}\0`, 'latin1'));
  if (bytes.length > fieldBytes(old)) throw new GigascopeError('DEIDENTIFY_UNSUPPORTED', 'a description is too short');
  return { entry: { ...old, count: bytes.length }, text: { offset: old.offset, bytes } };
}
