import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import type { UploadRow } from '@gigascope/store';
import type { Context } from '../context.ts';
import type { LabReferences } from './lab-references.ts';
import type { UploadBody } from './open-body.ts';
import { patientChunks } from './patient-chunks.ts';
import { progressTeller } from './progress-teller.ts';
import { discard, type Settled } from './settle-upload.ts';
import { extensionOf } from './slide-name.ts';

export interface Incoming {
  readonly tenantId: string;
  readonly body: UploadBody;
  /** null when the sender states none. */
  readonly expectedSha256: string | null;
  readonly references: LabReferences;
}

/**
 * Takes an upload of one request in: to disk under a name of our own, and then as any upload to a slide that is ready.
 * Whatever fails leaves no file; a file that is no slide leaves a row 'rejected' that says why.
 * @throws GigascopeError UPLOAD_TOO_LARGE, STORAGE_FULL, DIGEST_MISMATCH, REQUEST_TIMEOUT, what the reader found, …
 */
export async function acceptSlide(context: Context, incoming: Incoming): Promise<Settled> {
  const { tenantId, body, expectedSha256, references } = incoming;
  const { store, blobs, settling, metrics } = context;
  const { name, exactBytes } = body;
  const blobKey = blobs.drafts.newKey({ extension: extensionOf(name), ownFolder: true });
  const upload = await store.uploads.create(tenantId, {
    ...{ name, expectedSha256, sizeBytes: exactBytes, blobKey },
    ...references,
  });
  let received: UploadRow | null;
  try {
    received = await receive(context, body, upload, blobKey);
    if (received === null) throw new GigascopeError('CANCELED');
  } catch (error) {
    const { code } = toGigascopeError(error);
    metrics.uploads.inc({ outcome: code });
    await store.uploads.fail(upload, code).catch(() => {});
    await discard(context, upload);
    throw error;
  }
  return settling.settle(received);
}

async function receive(
  { store, blobs, limits, metrics }: Context,
  { source, exactBytes, announcedBytes }: UploadBody,
  { tenantId, id }: UploadRow,
  blobKey: string,
): Promise<UploadRow | null> {
  if (exactBytes !== null && exactBytes > limits.maxUploadBytes) throw new GigascopeError('UPLOAD_TOO_LARGE');
  await blobs.checkSpace((announcedBytes ?? 0) + limits.reservedDiskBytes);
  await blobs.drafts.create(blobKey);
  const sizeBytes = await blobs.drafts.append(blobKey, patientChunks(source, limits.uploadIdleMs), {
    offset: 0,
    maxBytes: limits.maxUploadBytes,
    onProgress: progressTeller((receivedBytes) => store.uploads.progress(tenantId, id, { receivedBytes })),
  });
  metrics.uploadBytes.inc(sizeBytes);
  if (exactBytes !== null && sizeBytes !== exactBytes) throw new GigascopeError('DIGEST_MISMATCH', 'bytes are missing');
  return store.uploads.complete(tenantId, id, sizeBytes);
}
