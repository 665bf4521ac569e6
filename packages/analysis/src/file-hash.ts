import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { GigascopeError } from '@gigascope/contracts';

const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * SHA-256 of a slide's file in constant memory.
 * @throws FILE_NOT_FOUND, or FORMAT_UNSUPPORTED for a folder.
 */
export async function hashSlide(path: string, signal?: AbortSignal): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) throw new GigascopeError('FORMAT_UNSUPPORTED', 'it is a folder, not a file');
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, ...(signal && { signal }) })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
