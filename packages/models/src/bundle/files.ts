import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';

export const MANIFEST_FILE = 'model.json';
/** Holds the hash of model.json itself, in the form that `sha256sum -c` reads. */
export const MANIFEST_HASH_FILE = 'model.json.sha256';
export const MODEL_FILE = 'model.onnx';
export const CARD_FILE = 'README.md';
export const GOLDEN_FILE = 'golden.rgb';

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Lists the regular files below a folder with their sizes, by path relative to it with forward slashes. Links and
 * other special files are refused (COMPANION_OUTSIDE_SLIDE): a bundle is what lies in its folder. Throws
 * BUNDLE_INCOMPLETE when there is no such folder.
 */
export async function listFiles(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((cause: unknown) => {
    throw new GigascopeError('BUNDLE_INCOMPLETE', 'the model’s folder cannot be read', { cause });
  });
  const sizes = new Map<string, number>();
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(join(folder, '/').length).replaceAll('\\', '/');
    if (!entry.isFile()) throw new GigascopeError('COMPANION_OUTSIDE_SLIDE', `${name} is a link or no plain file`);
    sizes.set(name, (await lstat(path)).size);
  }
  return sizes;
}

/** Refuses a path that is absolute, climbs out of the folder, or is written in a way that hides where it leads. */
export function requireInside(path: string): void {
  const parts = path.split('/');
  if (
    path === '' ||
    path.includes('\\') ||
    path.includes('\0') ||
    parts.some((p) => p === '' || p === '.' || p === '..')
  )
    throw new GigascopeError('COMPANION_OUTSIDE_SLIDE', `"${path}" does not lie in the model’s folder`);
}
