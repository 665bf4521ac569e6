import { GigascopeError } from '@gigascope/contracts';
import yauzl from 'yauzl';
import { MAX_ENTRIES, MAX_RATIO, RATIO_FREE_BYTES } from './archive-limits.ts';
import { checkNames } from './check-names.ts';

const FILE_TYPE = 0o170000;
const REGULAR = [0, 0o100000];
const STORED = 0;
const DEFLATED = 8;

/** A zip that is open, with its files; all limits were checked, and nothing was written. */
export interface Archive extends AsyncDisposable {
  readonly zip: yauzl.ZipFile;
  readonly entries: readonly yauzl.Entry[];
}

/**
 * Opens a zip and looks through its directory.
 * @throws GigascopeError ARCHIVE_REJECTED for one that is damaged or encrypted, holds links, doubled or escaping names or
 * too many files, or grows too much; UPLOAD_TOO_LARGE when its files are larger than `maxBytes` together.
 */
export async function openArchive(path: string, packedBytes: number, maxBytes: number): Promise<Archive> {
  const options = { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySize: true };
  const zip = await yauzl.openPromise(path, options).catch(damaged);
  try {
    if (zip.entryCount > MAX_ENTRIES) reject(`more than ${MAX_ENTRIES} files`);
    const entries: yauzl.Entry[] = [];
    let sizeBytes = 0;
    for await (const entry of entriesOf(zip)) {
      checkEntry(entry);
      if (entry.fileName.endsWith('/') || isClutter(entry.fileName)) continue;
      sizeBytes += entry.uncompressedSize;
      if (sizeBytes > maxBytes) throw new GigascopeError('UPLOAD_TOO_LARGE');
      entries.push(entry);
    }
    if (sizeBytes > Math.max(RATIO_FREE_BYTES, packedBytes * MAX_RATIO)) reject(`it grows over ${MAX_RATIO} times`);
    checkNames(entries.map(({ fileName }) => fileName));
    return { zip, entries, [Symbol.asyncDispose]: async () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** What yauzl says of a zip that it does not take; its sentences may hold names out of the archive, so none is passed on. */
export function damaged(cause: unknown): never {
  if (cause instanceof GigascopeError || (cause instanceof Error && 'errno' in cause)) throw cause;
  throw new GigascopeError('ARCHIVE_REJECTED', 'it is damaged or names files outside itself', { cause });
}

async function* entriesOf(zip: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  for (let read = 0; ; read++) {
    const entry = await new Promise<yauzl.Entry | null>((resolve, refuse) => {
      zip.removeAllListeners();
      zip.once('entry', resolve);
      zip.once('end', () => resolve(null));
      zip.once('error', refuse);
      zip.readEntry();
    }).catch(damaged);
    zip.removeAllListeners();
    if (entry === null) return;
    if (read >= MAX_ENTRIES) reject(`more than ${MAX_ENTRIES} files`);
    yield entry;
  }
}

function checkEntry(entry: yauzl.Entry): void {
  const { compressionMethod, externalFileAttributes, fileName } = entry;
  const isFolder = fileName.endsWith('/');
  // Unix permissions stand in the upper half, where the maker wrote any.
  if (!isFolder && !REGULAR.includes((externalFileAttributes >>> 16) & FILE_TYPE)) reject('it holds links');
  if (entry.isEncrypted()) reject('it is encrypted');
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) reject('its compression is not supported');
}

/** What a Macintosh adds to every archive. */
function isClutter(name: string): boolean {
  return name.startsWith('__MACOSX/') || name.split('/').at(-1) === '.DS_Store';
}

function reject(detail: string): never {
  throw new GigascopeError('ARCHIVE_REJECTED', detail);
}
