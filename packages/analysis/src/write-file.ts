import { open, rename, rm } from 'node:fs/promises';

/** Writes a file under a name of its own and moves it into place, so that `path` is either whole or not there. Pieces are taken one by one. */
export async function writeFileWhole(
  path: string,
  content: Uint8Array | string | AsyncIterable<string>,
): Promise<void> {
  const partial = `${path}.partial`;
  try {
    const file = await open(partial, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
