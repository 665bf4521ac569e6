import type { Readable } from 'node:stream';
import type { BlobDrafts } from './blob-drafts.ts';
import type { PutOptions } from './put-options.ts';

export interface StoredBlob {
  readonly key: string;
  readonly sizeBytes: number;
  /** Of the bytes as they were written, in hexadecimal. */
  readonly sha256: string;
}

/** Half-open, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Large values by a key that this makes. A blob is whole and on the disk, or it is not there. */
export interface BlobStore {
  /** A folder beside the blobs, on this machine, for the bundles of uploaded models. It may not exist yet. */
  readonly modelsFolder: string;
  /** Blobs that arrive in pieces. */
  readonly drafts: BlobDrafts;
  /** Throws STORAGE_FULL, UPLOAD_TOO_LARGE, CANCELED or the source's own error, with nothing left behind. */
  put(source: AsyncIterable<Uint8Array> | Uint8Array, options: PutOptions): Promise<StoredBlob>;
  /** A stream of the blob or of a part of it. Throws FILE_NOT_FOUND. */
  open(key: string, range?: ByteRange): Promise<Readable>;
  /** The whole blob; for small ones. Throws FILE_NOT_FOUND. */
  read(key: string): Promise<Buffer>;
  /** Throws FILE_NOT_FOUND. */
  sizeBytes(key: string): Promise<number>;
  /** A path on this machine for native readers; says nothing of whether the blob exists. */
  path(key: string): string;
  /** With all that lies in its own folder. Deleting what is not there does nothing. */
  delete(key: string): Promise<void>;
  /** Throws STORAGE_FULL when fewer than `neededBytes` are free; for readiness and before an upload. */
  checkSpace(neededBytes: number): Promise<void>;
}
