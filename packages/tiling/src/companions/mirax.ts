import { lstat, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';
import { checkFiles } from './check-files.ts';
import { readKeyFile } from './key-file.ts';

const INDEX_OF_FOLDER = 'Slidedat.ini';
/** OpenSlide 4.0 reads no larger one (openslide-vendor-mirax.c, SLIDEDAT_MAX_SIZE). */
const MAX_INI_BYTES = 2 ** 20;
const MAX_DATA_FILES = 20_000;
const DATA_FILE = /^FILE_\d+$/;

/**
 * Checks a MIRAX slide: its folder, named as the .mrxs, with Slidedat.ini and whatever index and data files that names.
 * OpenSlide joins these names to the folder as they stand (openslide-vendor-mirax.c).
 * @throws GigascopeError BUNDLE_INCOMPLETE, COMPANION_OUTSIDE_SLIDE, SLIDE_UNREADABLE
 */
export async function checkMirax(path: string): Promise<void> {
  const folder = path.slice(0, -extname(path).length);
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isSymbolicLink() === true) throw new GigascopeError('COMPANION_OUTSIDE_SLIDE', 'its folder is a link');
  await checkFiles(folder, [INDEX_OF_FOLDER]);
  const ini = join(folder, INDEX_OF_FOLDER);
  if ((await lstat(ini)).size > MAX_INI_BYTES) throw new GigascopeError('SLIDE_UNREADABLE', INDEX_OF_FOLDER);
  const groups = readKeyFile(await readFile(ini));
  const data = groups.get('DATAFILE') ?? [];
  const named = data.filter(([key]) => DATA_FILE.test(key));
  const counted = Number(data.findLast(([key]) => key === 'FILE_COUNT')?.[1] ?? 0);
  if (!(counted <= MAX_DATA_FILES)) throw new GigascopeError('SLIDE_UNREADABLE', INDEX_OF_FOLDER);
  const indexes = (groups.get('HIERARCHICAL') ?? []).filter(([key]) => key === 'INDEXFILE');
  const unnamed = counted - new Set(named.map(([key]) => key)).size;
  await checkFiles(
    folder,
    [...indexes, ...named].map(([, name]) => name),
    Math.max(0, unnamed),
  );
}
