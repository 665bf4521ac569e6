import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the entries of a folder and of all below it last; the files themselves are synced already. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await syncTree(join(folder, entry.name));
  await using handle = await open(folder, 'r');
  await handle.sync();
}
