import { createHash } from 'node:crypto';

export interface HashedFile {
  /** In the slide's folder, parts joined by '/'. */
  readonly path: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/**
 * The hash of a slide of several files: SHA-256 over the lines `<sha256>  <path>\n` in the order of the paths' UTF-16 code
 * units, which is what `sha256sum` prints in the slide's folder. However the files were packed, it is the same.
 */
export function setHash(files: readonly HashedFile[]): string {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const hash = createHash('sha256');
  for (const { path, sha256 } of sorted) hash.update(`${sha256}  ${path}\n`);
  return hash.digest('hex');
}
