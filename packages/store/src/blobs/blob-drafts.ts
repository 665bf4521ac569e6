import type { PutOptions } from './put-options.ts';

/** A digest that a piece must have. */
export interface PieceChecksum {
  readonly algorithm: 'sha256' | 'sha1' | 'md5';
  readonly digest: Buffer;
}

export interface AppendOptions {
  /** Where the piece begins: the draft's present size, or CONFLICT. */
  readonly offset: number;
  /** A piece of another digest, or one that was cut, is taken back. */
  readonly checksum?: PieceChecksum | undefined;
  /** Beyond it UPLOAD_TOO_LARGE. */
  readonly maxBytes?: number;
  /** Sees the size so far after each chunk. */
  readonly onProgress?: (sizeBytes: number) => void;
}

/**
 * Blobs on their way, written in pieces over as many requests and processes as it takes. A draft goes by the key of the
 * blob that it will be. One writer at a time is the caller's to see to.
 */
export interface BlobDrafts {
  /** A key of a blob to come; nothing is on the disk yet. */
  newKey(options: Pick<PutOptions, 'extension' | 'ownFolder'>): string;
  /** An empty draft, on the disk for good. */
  create(key: string): Promise<void>;
  /** null when there is none. */
  sizeBytes(key: string): Promise<number | null>;
  /**
   * Appends a piece and syncs it; answers the new size. Of a piece that was cut, what arrived is kept, unless it has a
   * checksum. Throws CHECKSUM_MISMATCH, STORAGE_FULL, UPLOAD_TOO_LARGE, CONFLICT, FILE_NOT_FOUND or the source's error.
   */
  append(key: string, source: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<number>;
  /** Takes back what is beyond a size. */
  truncate(key: string, sizeBytes: number): Promise<void>;
  /** Of the draft, or of the blob when it is one already; read from the disk where it was not computed on the way. */
  sha256(key: string): Promise<string>;
  /** Makes it the blob, by renaming; one that is a blob already stays. Throws FILE_NOT_FOUND. */
  commit(key: string): Promise<void>;
  /** The draft's path on this machine, for what must seek in it; says nothing of whether it exists. */
  path(key: string): string;
  /** A path of an empty folder beside the draft, for the files that it unpacks to; what an earlier call made there is gone. */
  emptyFolder(key: string): Promise<string>;
  /** Makes that folder the blob's own, in place of what is there. The draft stays. Its files are the caller's to sync. */
  commitFolder(key: string): Promise<void>;
  /** With its folder. Deleting what is not there does nothing. */
  delete(key: string): Promise<void>;
  /** Deletes every draft whose key is not among these. */
  keepOnly(keys: readonly string[]): Promise<void>;
}
