import type { Readable } from 'node:stream';
import { GigascopeError } from '@gigascope/contracts';
import type { PieceChecksum, UploadRow } from '@gigascope/store';
import { DataStore, Upload } from '@tus/server';
import type { Context } from '../../context.ts';
import { found } from '../../routes/responses.ts';
import { progressTeller } from '../progress-teller.ts';
import { discard } from '../settle-upload.ts';
import { extensionOf } from '../slide-name.ts';
import { describedBy, metadataOf } from './upload-metadata.ts';

const EXTENSIONS = ['creation', 'creation-with-upload', 'expiration', 'termination', 'checksum'];

/**
 * Uploads as @tus/server sees them, for one request: rows in Postgres and drafts beside the blobs. Where an upload stands
 * is its draft's size. Its own file store keeps no tenant, syncs nothing and knows no checksum.
 */
export class TusStore extends DataStore {
  override extensions = EXTENSIONS;
  readonly #context: Context;
  readonly #tenantId: string;
  readonly #checksum: PieceChecksum | undefined;

  constructor(context: Context, tenantId: string, checksum: PieceChecksum | undefined) {
    super();
    this.#context = context;
    this.#tenantId = tenantId;
    this.#checksum = checksum;
  }

  /** Enters an upload and makes its draft; answers its id. All limits are checked before. */
  async enter(metadata: Readonly<Record<string, string | null>>, sizeBytes: number): Promise<string> {
    const { store, blobs, limits } = this.#context;
    const described = describedBy(metadata);
    if (sizeBytes > limits.maxUploadBytes) throw new GigascopeError('UPLOAD_TOO_LARGE');
    await blobs.checkSpace(sizeBytes + limits.reservedDiskBytes);
    const blobKey = blobs.drafts.newKey({ extension: extensionOf(described.name), ownFolder: true });
    const expiresAt = this.#expiry();
    const fields = { ...described, protocol: 'tus', sizeBytes, blobKey, expiresAt } as const;
    const upload = await store.uploads.create(this.#tenantId, fields);
    try {
      await blobs.drafts.create(blobKey);
    } catch (error) {
      await store.uploads.fail(upload, 'STORAGE_FULL').catch(() => {});
      throw error;
    }
    return upload.id;
  }

  override async getUpload(id: string): Promise<Upload> {
    const row = await this.#row(id);
    const creation = (row.expiresAt?.getTime() ?? Date.now()) - this.getExpiration();
    return new Upload({
      id,
      size: row.sizeBytes ?? 0,
      offset: row.state === 'receiving' ? await this.#offset(row) : (row.sizeBytes ?? 0),
      metadata: metadataOf(row),
      // It expires so long after its last piece, not after its first.
      creation_date: new Date(creation).toISOString(),
    });
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const { store, blobs, limits, metrics } = this.#context;
    const { state, blobKey, sizeBytes } = await this.#row(id);
    if (state !== 'receiving' || blobKey === null || sizeBytes === null) return offset;
    await blobs.checkSpace(sizeBytes - offset + limits.reservedDiskBytes);
    const progress = (values: Parameters<typeof store.uploads.progress>[2]): Promise<void> =>
      store.uploads.progress(this.#tenantId, id, { ...values, expiresAt: this.#expiry() });
    if (this.#checksum) await progress({ unverifiedFrom: offset });
    const size = await blobs.drafts.append(blobKey, source, {
      offset,
      checksum: this.#checksum,
      maxBytes: sizeBytes,
      onProgress: progressTeller((receivedBytes) => progress({ receivedBytes })),
    });
    metrics.uploadBytes.inc(size - offset);
    await progress({ receivedBytes: size, unverifiedFrom: null });
    return size;
  }

  override async remove(id: string): Promise<void> {
    const row = await this.#row(id);
    if (row.state !== 'receiving') throw new GigascopeError('CONFLICT', 'the upload is complete already');
    await this.#context.store.uploads.fail(row, 'CANCELED');
    await discard(this.#context, row);
  }

  override getExpiration(): number {
    return this.#context.limits.uploadExpiresMs;
  }

  async #row(id: string): Promise<UploadRow> {
    const row = found(await this.#context.store.uploads.get(this.#tenantId, id), 'upload');
    if (row.errorCode === 'UPLOAD_EXPIRED') throw new GigascopeError('UPLOAD_EXPIRED');
    return found(row.protocol === 'tus' && row.state !== 'failed' ? row : null, 'upload');
  }

  /** A piece whose checksum a killed process did not get to compare is taken back first. */
  async #offset({ id, blobKey, unverifiedFrom }: UploadRow): Promise<number> {
    const { store, blobs } = this.#context;
    if (blobKey !== null && unverifiedFrom !== null) {
      await blobs.drafts.truncate(blobKey, unverifiedFrom);
      await store.uploads.progress(this.#tenantId, id, { receivedBytes: unverifiedFrom, unverifiedFrom: null });
    }
    return found(blobKey === null ? null : await blobs.drafts.sizeBytes(blobKey), 'upload');
  }

  #expiry(): Date {
    return new Date(Date.now() + this.getExpiration());
  }
}
