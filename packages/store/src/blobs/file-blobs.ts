import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import type { BlobDrafts } from './blob-drafts.ts';
import type { BlobStore, ByteRange, StoredBlob } from './blob-store.ts';
import { clearDrafts, draftName } from './drafts.ts';
import { FileDrafts } from './file-drafts.ts';
import type { PutOptions } from './put-options.ts';
import { syncFolder } from './sync-folder.ts';

const EXTENSION = /^(\.[A-Za-z0-9-]{1,16}){1,2}$/;
const KEY = /^([0-9a-f]{2})[0-9a-f]{6}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\/slide)?(\.[A-Za-z0-9-]{1,16}){1,2}$/;
const DRAFTS = 'incoming';
/** Below the drafts, so that a backup leaves them out too. */
const UPLOADS = 'uploads';
const MODELS = 'models';

/**
 * Blobs as files below a folder: `<first 2 hex>/<uuid><extension>`, or `<first 2 hex>/<uuid>/slide<extension>` in a folder
 * of its own. A blob is written to `incoming/`, synced and renamed; what a killed process left there is removed now, but for
 * `incoming/uploads/`, whose drafts go on after it. Uploaded models have their folders in `models/`.
 */
export async function openFileBlobs(folder: string): Promise<BlobStore> {
  const root = resolve(folder);
  await mkdir(join(root, DRAFTS, UPLOADS), { recursive: true });
  await access(root, constants.W_OK);
  await clearDrafts(join(root, DRAFTS));
  return new FileBlobs(root);
}

class FileBlobs implements BlobStore {
  readonly modelsFolder: string;
  readonly drafts: BlobDrafts;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    this.modelsFolder = join(root, MODELS);
    this.drafts = new FileDrafts(join(root, DRAFTS, UPLOADS), root, (key) => this.path(key));
  }

  async put(source: AsyncIterable<Uint8Array> | Uint8Array, options: PutOptions): Promise<StoredBlob> {
    const { extension, ownFolder = false } = options;
    if (!EXTENSION.test(extension)) throw new GigascopeError('ARGUMENT_INVALID', 'a blob’s extension');
    const key = `${randomUUID()}${ownFolder ? '/slide' : ''}${extension}`;
    const draft = join(this.#root, DRAFTS, draftName());
    try {
      const written = await write(draft, source instanceof Uint8Array ? [source] : source, options);
      await this.#moveIn(draft, this.path(key));
      return { key, ...written };
    } catch (error) {
      await rm(draft, { force: true });
      throw storageError(error, options.signal);
    }
  }

  async open(key: string, range?: ByteRange): Promise<Readable> {
    const path = this.path(key);
    if (range !== undefined && range.end <= range.start) {
      await this.sizeBytes(key);
      return Readable.from([]);
    }
    try {
      const file = await open(path, 'r');
      return file.createReadStream(range === undefined ? {} : { start: range.start, end: range.end - 1 });
    } catch (error) {
      throw toGigascopeError(error);
    }
  }

  read(key: string): Promise<Buffer> {
    return readFile(this.path(key)).catch((error) => {
      throw toGigascopeError(error);
    });
  }

  async sizeBytes(key: string): Promise<number> {
    const { size } = await stat(this.path(key)).catch((error) => {
      throw toGigascopeError(error);
    });
    return size;
  }

  path(key: string): string {
    const prefix = KEY.exec(key)?.[1];
    // Keys come out of the database, but a path is never built from what is no key.
    if (prefix === undefined) throw new GigascopeError('FILE_NOT_FOUND');
    return join(this.#root, prefix, key);
  }

  async delete(key: string): Promise<void> {
    const path = this.path(key);
    // KEY has seen to it that this folder is the blob's alone.
    await rm(key.includes('/') ? dirname(path) : path, { recursive: true, force: true });
  }

  async checkSpace(neededBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#root);
    if (bavail * bsize < neededBytes) throw new GigascopeError('STORAGE_FULL');
  }

  /** Renames, and syncs the folders whose entries changed: without that a power cut can undo it. */
  async #moveIn(draft: string, path: string): Promise<void> {
    const folder = dirname(path);
    try {
      await mkdir(folder, { recursive: true });
      await rename(draft, path);
      for (let each = folder; each.startsWith(this.#root); each = dirname(each)) await syncFolder(each);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }
}

/** Writes as fast as the disk takes it and no faster: one chunk is in memory at a time. */
async function write(
  path: string,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { maxBytes = Number.POSITIVE_INFINITY, signal, onProgress = () => {} }: PutOptions,
): Promise<Omit<StoredBlob, 'key'>> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await using file = await open(path, 'wx');
  const sink = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) throw new GigascopeError('UPLOAD_TOO_LARGE');
      hash.update(chunk);
      await file.writeFile(chunk);
      onProgress(sizeBytes);
    }
  };
  await pipeline(source, sink, signal === undefined ? {} : { signal });
  await file.sync();
  return { sizeBytes, sha256: hash.digest('hex') };
}

function storageError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return new GigascopeError('CANCELED', undefined, { cause: error });
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? toGigascopeError(error) : error;
}
