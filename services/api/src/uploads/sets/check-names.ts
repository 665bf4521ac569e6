import { GigascopeError } from '@gigascope/contracts';
import { MAX_DEPTH, MAX_NAME_LENGTH } from './archive-limits.ts';

/** Device names and what Windows cuts off are refused as well: a backup may go there. */
const UNUSABLE = /[\p{C}<>:"|?*\\]|[. ]$/u;

/**
 * Checks the paths of an archive's files: relative, without '..', not too deep or long, each once whatever the case, and none
 * both file and folder.
 * @throws GigascopeError ARCHIVE_REJECTED
 */
export function checkNames(names: readonly string[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const name of names) {
    const parts = name.split('/');
    if (name.length > MAX_NAME_LENGTH || parts.length > MAX_DEPTH) reject('a path is too long or too deep');
    if (parts.some((part) => part === '' || part === '.' || part === '..' || UNUSABLE.test(part)))
      reject('it holds names that no file can have here');
    const folded = parts.map((part) => part.normalize('NFC').toLowerCase());
    const path = folded.join('/');
    if (files.has(path)) reject('a name stands twice in it');
    files.add(path);
    for (let depth = 1; depth < folded.length; depth++) folders.add(folded.slice(0, depth).join('/'));
  }
  for (const path of files) if (folders.has(path)) reject('a name is both a file and a folder');
}

function reject(detail: string): never {
  throw new GigascopeError('ARCHIVE_REJECTED', detail);
}
