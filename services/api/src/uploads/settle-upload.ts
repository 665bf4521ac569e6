import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS, GigascopeError } from '@gigascope/contracts';
import type { SlideRow, UploadRow, VerifiedSlide } from '@gigascope/store';
import type { AppParts } from '../app-parts.ts';
import { encodeJpeg } from '../encode-jpeg.ts';
import { isArchive } from './sets/is-archive.ts';
import { takeSet } from './sets/take-set.ts';

const THUMBNAIL_SIDE_PX = 1024;
const LOOK_AGAIN_MS = 250;

export interface Settled {
  readonly slide: SlideRow;
  /** false: the laboratory had these bytes already, and the name was added to that slide's. */
  readonly isNew: boolean;
}

/**
 * Makes a slide of an upload whose bytes are all on the disk: hashes them, compares, enters the slide, opens and decodes it
 * once in a reader's process. Goes on from wherever an earlier process was killed. The same bytes as a slide that is just
 * being checked wait for its outcome. A file that is at fault is rejected and deleted before this throws; after any other
 * error all stays as it is, to be tried again.
 * @throws GigascopeError DIGEST_MISMATCH, what the reader found, BUSY, DATABASE_UNAVAILABLE, …
 */
export async function settleUpload(parts: AppParts, upload: UploadRow, signal: AbortSignal): Promise<Settled> {
  const { store } = parts;
  try {
    const begun = upload.slideId === null ? null : await store.slides.get(upload.tenantId, upload.slideId);
    if (begun !== null) return { slide: await check(parts, upload, begun), isNew: true };
    const { sha256, verified } = await verify(parts, upload);
    for (;;) {
      const { slide, isNew } = await store.uploads.verify(upload, sha256, verified);
      if (isNew) return { slide: await check(parts, upload, slide), isNew };
      if (slide.state === 'ready') {
        await discard(parts, upload);
        return { slide, isNew };
      }
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
    }
  } catch (error) {
    if (error instanceof GigascopeError && blamesFile(error)) {
      await store.uploads.reject(upload, { errorCode: error.code, errorDetail: error.detail });
      await discard(parts, upload);
    }
    throw error;
  }
}

/** Deletes an upload's bytes, wherever it stands. */
export async function discard({ blobs }: Pick<AppParts, 'blobs'>, { blobKey }: UploadRow): Promise<void> {
  if (blobKey === null) return;
  await blobs.drafts.delete(blobKey);
  await blobs.delete(blobKey);
}

/** Whether the file is at fault, rather than the server or the moment. */
export function blamesFile({ code }: GigascopeError): boolean {
  return code === 'NATIVE_CRASH' || (ERRORS[code].status < 500 && code !== 'CANCELED' && code !== 'RATE_LIMITED');
}

/** Compares what arrived with what was sent, and puts the slide's file or files where they stay. */
async function verify(
  parts: AppParts,
  { blobKey, expectedSha256, receivedBytes }: UploadRow,
): Promise<{ readonly sha256: string; readonly verified: VerifiedSlide }> {
  const { drafts } = parts.blobs;
  if (blobKey === null) throw new GigascopeError('FILE_NOT_FOUND');
  const sha256 = await drafts.sha256(blobKey);
  if (expectedSha256 !== null && sha256 !== expectedSha256) throw new GigascopeError('DIGEST_MISMATCH');
  const isDraft = (await drafts.sizeBytes(blobKey)) !== null;
  if (isDraft && (await isArchive(drafts.path(blobKey))))
    return { sha256, verified: await takeSet(parts, blobKey, receivedBytes) };
  await drafts.commit(blobKey);
  return { sha256, verified: { sha256, blobKey, sizeBytes: receivedBytes, fileCount: 1 } };
}

async function check({ store, blobs, probes }: AppParts, upload: UploadRow, slide: SlideRow): Promise<SlideRow> {
  // A zip is no longer needed once what was in it is entered.
  if (upload.blobKey !== null) await blobs.drafts.delete(upload.blobKey);
  await using leftovers = new AsyncDisposableStack();
  const asked = { path: blobs.path(slide.blobKey), thumbnailSidePx: THUMBNAIL_SIDE_PX };
  const { metadata, thumbnail } = await probes.call('probe', asked);
  const { key: thumbnailKey } = await blobs.put(await encodeJpeg(thumbnail), { extension: '.jpg' });
  leftovers.defer(() => blobs.delete(thumbnailKey));
  const ready = await store.uploads.ready(upload, slide.id, { metadata, thumbnailKey });
  if (ready === null) throw new GigascopeError('INTERNAL', 'the upload vanished while it was checked');
  leftovers.move();
  return ready;
}
