import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS, GigascopeError } from '@gigascope/contracts';
import type { SlideRow, UploadRow } from '@gigascope/store';
import type { AppParts } from '../app-parts.ts';
import { encodeJpeg } from '../encode-jpeg.ts';

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
    for (;;) {
      const begun = upload.slideId === null ? null : await store.slides.get(upload.tenantId, upload.slideId);
      const { slide, isNew } = begun === null ? await verify(parts, upload) : { slide: begun, isNew: true };
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

async function verify({ store, blobs }: AppParts, upload: UploadRow): Promise<Settled> {
  const { blobKey, expectedSha256 } = upload;
  if (blobKey === null) throw new GigascopeError('FILE_NOT_FOUND');
  const sha256 = await blobs.drafts.sha256(blobKey);
  if (expectedSha256 !== null && sha256 !== expectedSha256) throw new GigascopeError('DIGEST_MISMATCH');
  await blobs.drafts.commit(blobKey);
  return store.uploads.verify(upload, sha256);
}

async function check({ store, blobs, probes }: AppParts, upload: UploadRow, slide: SlideRow): Promise<SlideRow> {
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
