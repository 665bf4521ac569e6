import { ERRORS, type ErrorCode, GigascopeError, toGigascopeError } from '@gigascope/contracts';
import type { SlideRow } from '@gigascope/store';
import type { Context } from '../context.ts';
import { encodeJpeg } from '../encode-jpeg.ts';
import type { UploadBody } from './open-body.ts';
import { patientChunks } from './patient-chunks.ts';
import { extensionOf } from './slide-name.ts';

const THUMBNAIL_SIDE_PX = 1024;
const PROGRESS_EVERY_MS = 1_000;

export interface Incoming {
  readonly tenantId: string;
  readonly body: UploadBody;
  /** null when the sender states none. */
  readonly expectedSha256: string | null;
}

/**
 * Takes an upload in: to disk under a name of our own, compared with the sender's digest, opened and decoded once in a
 * reader's process, and only then a slide that is ready. Whatever fails leaves no file; a file that is no slide leaves a
 * row 'rejected' that says why.
 * @throws GigascopeError UPLOAD_TOO_LARGE, STORAGE_FULL, DIGEST_MISMATCH, REQUEST_TIMEOUT, what the reader found, …
 */
export async function acceptSlide(context: Context, incoming: Incoming): Promise<SlideRow> {
  const { store, metrics, blobs, limits } = context;
  const { tenantId, body, expectedSha256 } = incoming;
  const { name, announcedBytes, exactBytes } = body;
  const upload = await store.uploads.create(tenantId, { name, expectedSha256, sizeBytes: exactBytes });
  try {
    if (exactBytes !== null && exactBytes > limits.maxUploadBytes) throw new GigascopeError('UPLOAD_TOO_LARGE');
    await blobs.checkSpace((announcedBytes ?? 0) + limits.reservedDiskBytes);
    const slide = await receive(context, incoming, upload.id);
    await store.uploads.finish(tenantId, upload.id, slide.id, slide.sizeBytes);
    metrics.uploads.inc({ outcome: 'accepted' });
    return slide;
  } catch (error) {
    const { code } = toGigascopeError(error);
    metrics.uploads.inc({ outcome: code });
    await store.uploads.fail(tenantId, upload.id, code).catch(() => {});
    throw error;
  }
}

async function receive(context: Context, incoming: Incoming, uploadId: string): Promise<SlideRow> {
  const { store, blobs, limits, metrics } = context;
  const { tenantId, body, expectedSha256 } = incoming;
  await using leftovers = new AsyncDisposableStack();
  let toldMs = performance.now();
  const { key, sizeBytes, sha256 } = await blobs.put(patientChunks(body.source, limits.uploadIdleMs), {
    extension: extensionOf(body.name),
    ownFolder: true,
    maxBytes: limits.maxUploadBytes,
    onProgress: (receivedBytes) => {
      if (performance.now() - toldMs < PROGRESS_EVERY_MS) return;
      toldMs = performance.now();
      store.uploads.progress(tenantId, uploadId, receivedBytes).catch(() => {});
    },
  });
  leftovers.defer(() => blobs.delete(key));
  metrics.uploadBytes.inc(sizeBytes);
  if (body.exactBytes !== null && sizeBytes !== body.exactBytes)
    throw new GigascopeError('DIGEST_MISMATCH', 'bytes are missing');
  if (expectedSha256 !== null && sha256 !== expectedSha256) throw new GigascopeError('DIGEST_MISMATCH');
  const { id } = await store.slides.create(tenantId, { name: body.name, sizeBytes, sha256, blobKey: key });
  try {
    const slide = await check(context, tenantId, id, key);
    leftovers.move();
    return slide;
  } catch (error) {
    await refuse(context, tenantId, id, toGigascopeError(error));
    throw error;
  }
}

async function check({ store, blobs, probes }: Context, tenantId: string, id: string, key: string): Promise<SlideRow> {
  await using leftovers = new AsyncDisposableStack();
  await store.slides.setState(tenantId, id, 'verified');
  const asked = { path: blobs.path(key), thumbnailSidePx: THUMBNAIL_SIDE_PX };
  const { metadata, thumbnail } = await probes.call('probe', asked);
  const { key: thumbnailKey } = await blobs.put(await encodeJpeg(thumbnail), { extension: '.jpg' });
  leftovers.defer(() => blobs.delete(thumbnailKey));
  const slide = await store.slides.setState(tenantId, id, 'ready', { metadata, thumbnailKey });
  if (slide === null) throw new GigascopeError('INTERNAL', 'the slide vanished while it was checked');
  leftovers.move();
  return slide;
}

/** What a reader says of the slide is kept beside it; the server's own trouble says nothing of it, and no row stays. */
async function refuse({ store }: Context, tenantId: string, id: string, error: GigascopeError): Promise<void> {
  const { code, detail } = error;
  if (blamesSlide(code)) {
    const errorDetail = detail === undefined ? {} : { errorDetail: detail };
    await store.slides.setState(tenantId, id, 'rejected', { errorCode: code, ...errorDetail });
  } else {
    await store.slides.remove(tenantId, id).catch(() => {});
  }
}

function blamesSlide(code: ErrorCode): boolean {
  return ERRORS[code].status < 500 || code === 'NATIVE_CRASH';
}
