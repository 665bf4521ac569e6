import { open } from 'node:fs/promises';

/** A zip begins with its first file's header, or with its end where it is empty (APPNOTE.TXT 4.3.7, 4.3.16). */
const MAGIC = ['504b0304', '504b0506'];

/** Whether a file is a zip, by its bytes; its name says nothing. */
export async function isArchive(path: string): Promise<boolean> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return bytesRead === 4 && MAGIC.includes(buffer.toString('hex'));
}
