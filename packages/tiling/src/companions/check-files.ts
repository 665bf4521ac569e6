import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';

/** A file's own name: no path, nothing escaped, no device of Windows'. */
const PLAIN = /^[^/\\\p{Cc}:]{1,255}$/u;

/**
 * Checks that every named companion is a regular file in this folder. Names out of it are told first, so that nothing is
 * looked for elsewhere.
 * @throws GigascopeError COMPANION_OUTSIDE_SLIDE, BUNDLE_INCOMPLETE, each with how many; no name is told, for people write
 * patients' into them.
 */
export async function checkFiles(folder: string, names: readonly string[], alreadyMissing = 0): Promise<void> {
  const distinct = [...new Set(names)];
  const outside = distinct.filter((name) => !PLAIN.test(name) || name === '.' || name === '..');
  if (outside.length > 0) refuse(outside.length, distinct.length);
  let missing = alreadyMissing;
  let links = 0;
  for (const name of distinct) {
    const found = await lstat(join(folder, name)).catch(() => undefined);
    if (found?.isSymbolicLink() === true) links += 1;
    else if (found?.isFile() !== true) missing += 1;
  }
  if (links > 0) refuse(links, distinct.length);
  if (missing > 0) {
    const all = distinct.length + alreadyMissing;
    throw new GigascopeError('BUNDLE_INCOMPLETE', `${missing} of ${all} files are missing`);
  }
}

function refuse(count: number, all: number): never {
  throw new GigascopeError('COMPANION_OUTSIDE_SLIDE', `${count} of ${all} files`);
}
