import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import { BackgroundWriter } from './background-writer.ts';
import type { AppendOptions, BlobDrafts } from './blob-drafts.ts';
import type { PutOptions } from './put-options.ts';
import { RunningHashes } from './running-hashes.ts';
import { syncFolder } from './sync-folder.ts';

const UUID_LENGTH = 36;
const READ_BYTES = 2 ** 20;

/** Drafts as files `<folder>/<uuid of the key>`, beside the blobs on the same disk, so that completing one is a rename. */
export class FileDrafts implements BlobDrafts {
  readonly #folder: string;
  readonly #root: string;
  readonly #blobPath: (key: string) => string;
  readonly #hashes = new RunningHashes();

  constructor(folder: string, root: string, blobPath: (key: string) => string) {
    this.#folder = folder;
    this.#root = root;
    this.#blobPath = blobPath;
  }

  newKey({ extension, ownFolder = false }: Pick<PutOptions, 'extension' | 'ownFolder'>): string {
    const key = `${randomUUID()}${ownFolder ? '/slide' : ''}${extension}`;
    this.#blobPath(key);
    return key;
  }

  async create(key: string): Promise<void> {
    await using file = await open(this.#path(key), 'wx').catch(refuse);
    await file.sync().catch(refuse);
    await syncFolder(this.#folder);
  }

  async sizeBytes(key: string): Promise<number | null> {
    return (await sizeOf(this.#path(key))) ?? null;
  }

  async append(key: string, source: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<number> {
    const { offset, checksum, maxBytes = Number.POSITIVE_INFINITY, onProgress = () => {} } = options;
    await using file = await open(this.#path(key), 'r+').catch(refuse);
    if ((await file.stat()).size !== offset) throw new GigascopeError('CONFLICT', 'the piece begins elsewhere');
    const hash = this.#hashes.at(key, offset);
    const before = hash?.copy();
    const ofPiece = checksum && createHash(checksum.algorithm);
    const writer = new BackgroundWriter(file, offset);
    let size = offset;
    let isSynced = false;
    try {
      for await (const chunk of source) {
        if (size + chunk.byteLength > maxBytes) throw new GigascopeError('UPLOAD_TOO_LARGE');
        await writer.add(chunk);
        hash?.update(chunk);
        ofPiece?.update(chunk);
        size += chunk.byteLength;
        onProgress(size);
      }
      await writer.flush();
      if (checksum && ofPiece?.digest().equals(checksum.digest) !== true) throw new GigascopeError('CHECKSUM_MISMATCH');
      await file.sync();
      isSynced = true;
      this.#hashes.remember(key, hash, size);
      return size;
    } catch (error) {
      await writer.flush().catch(() => {});
      // A torn chunk goes, and what was to be compared with a checksum.
      const kept = checksum === undefined && !isSynced ? writer.writtenBytes : offset;
      await file.truncate(kept);
      await file.sync().catch(() => {});
      const hashOfKept = kept === offset ? before : kept === size ? hash : undefined;
      this.#hashes.remember(key, hashOfKept, kept);
      return refuse(error);
    }
  }

  async truncate(key: string, sizeBytes: number): Promise<void> {
    await using file = await open(this.#path(key), 'r+').catch(refuse);
    if ((await file.stat()).size <= sizeBytes) return;
    await file.truncate(sizeBytes);
    await file.sync();
  }

  async sha256(key: string): Promise<string> {
    const path = this.#path(key);
    const draftBytes = await sizeOf(path);
    const running = draftBytes === undefined ? undefined : this.#hashes.at(key, draftBytes);
    return (running ?? (await hashOf(draftBytes === undefined ? this.#blobPath(key) : path))).digest('hex');
  }

  async commit(key: string): Promise<void> {
    const blob = this.#blobPath(key);
    this.#hashes.forget(key);
    if ((await sizeOf(this.#path(key))) === undefined) {
      if ((await sizeOf(blob)) === undefined) throw new GigascopeError('FILE_NOT_FOUND', 'the uploaded bytes are gone');
      return;
    }
    const folder = dirname(blob);
    try {
      await mkdir(folder, { recursive: true });
      await rename(this.#path(key), blob);
      for (let each = folder; each.startsWith(this.#root); each = dirname(each)) await syncFolder(each);
    } catch (error) {
      refuse(error);
    }
  }

  path(key: string): string {
    return this.#path(key);
  }

  async emptyFolder(key: string): Promise<string> {
    const folder = this.#folderOf(key);
    await rm(folder, { recursive: true, force: true }).catch(refuse);
    await mkdir(folder).catch(refuse);
    return folder;
  }

  async commitFolder(key: string): Promise<void> {
    const folder = dirname(this.#blobPath(key));
    try {
      await mkdir(dirname(folder), { recursive: true });
      await rm(folder, { recursive: true, force: true });
      await rename(this.#folderOf(key), folder);
      for (let each = folder; each.startsWith(this.#root); each = dirname(each)) await syncFolder(each);
    } catch (error) {
      refuse(error);
    }
  }

  async delete(key: string): Promise<void> {
    this.#hashes.forget(key);
    await rm(this.#path(key), { force: true });
    if (key.includes('/')) await rm(this.#folderOf(key), { recursive: true, force: true });
  }

  async keepOnly(keys: readonly string[]): Promise<void> {
    const kept = new Set(keys.map((key) => key.slice(0, UUID_LENGTH)));
    for (const name of await readdir(this.#folder)) {
      if (!kept.has(name)) await rm(join(this.#folder, name), { force: true, recursive: true });
    }
  }

  /** No draft's name, so that keepOnly clears it away. */
  #folderOf(key: string): string {
    if (!key.includes('/')) throw new GigascopeError('ARGUMENT_INVALID', 'the blob has no folder of its own');
    return `${this.#path(key)}.folder`;
  }

  #path(key: string): string {
    // Throws for what is no key, so that no path is built of it.
    this.#blobPath(key);
    return join(this.#folder, key.slice(0, UUID_LENGTH));
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

async function hashOf(path: string): Promise<ReturnType<typeof createHash>> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  await using file = await open(path, 'r').catch(refuse);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, null);
    if (bytesRead === 0) return hash;
    hash.update(buffer.subarray(0, bytesRead));
  }
}

/** The system's own errors as ours, so that no number or path gets out; others, such as the source's, as they are. */
function refuse(error: unknown): never {
  throw error instanceof Error && 'errno' in error ? toGigascopeError(error) : error;
}
