import { open } from 'node:fs/promises';

/** Writes a file that only its owner may read, on the disk before this resolves. */
export async function writeSecret(path: string, text: string): Promise<void> {
  await using file = await open(path, 'w', 0o600);
  await file.writeFile(text);
  await file.sync();
}
