import { open } from 'node:fs/promises';

/** Makes a change of a folder's entries last: without it a power cut can undo a rename. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
