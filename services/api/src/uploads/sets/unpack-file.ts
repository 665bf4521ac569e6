import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { GigascopeError } from '@gigascope/contracts';
import type yauzl from 'yauzl';
import { damaged } from './archive.ts';

/**
 * Unpacks one file of a zip, a chunk in memory at a time, and syncs it; answers its SHA-256.
 * @throws GigascopeError ARCHIVE_REJECTED when its size or checksum is not the one that stands in the archive.
 */
export async function unpackFile(zip: yauzl.ZipFile, entry: yauzl.Entry, path: string): Promise<string> {
  const source = await zip.openReadStreamPromise(entry).catch(damaged);
  // A lying entry may fail before anybody reads it, and an error that nobody listens to ends the process; reading then throws it.
  source.on('error', () => {});
  await using file = await open(path, 'wx');
  const hash = createHash('sha256');
  let checksum = 0;
  for await (const chunk of caught(source)) {
    hash.update(chunk);
    checksum = crc32(chunk, checksum);
    await file.writeFile(chunk);
  }
  if (checksum !== entry.crc32) throw new GigascopeError('ARCHIVE_REJECTED', 'a file in it is damaged');
  await file.sync();
  return hash.digest('hex');
}

async function* caught(source: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    damaged(error);
  }
}
