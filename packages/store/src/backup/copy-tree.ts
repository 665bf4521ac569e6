import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies the files and folders below `from` that `take` accepts (by their path below it), synced to the disk. What
 * disappears meanwhile is left out: a running server removes files. Copies share blocks where the file system can.
 */
export async function copyTree(from: string, to: string, take: (path: string) => boolean, below = ''): Promise<void> {
  await mkdir(join(to, below), { recursive: true, mode: 0o700 });
  for (const entry of await readdir(join(from, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (!take(path)) continue;
    if (entry.isDirectory()) await copyTree(from, to, take, path);
    else if (entry.isFile()) await copyOne(join(from, path), join(to, path));
  }
}

async function copyOne(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await using copy = await open(to, 'r+');
  await copy.sync();
}
