import type { UploadRow } from '@gigascope/store';
import type { Api, Context } from '../context.ts';
import { completeUpload } from './complete-upload.ts';
import { discard } from './settle-upload.ts';

const SWEEP_EVERY_MS = 60_000;

/**
 * Takes up at the start what a killed process left, and from then on clears away what has expired. For the only API process
 * on this data: what another is receiving in one request would be taken for cut.
 */
export function registerUpkeep(app: Api, context: Context): void {
  const { limits } = context;
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();
  app.addHook('onReady', async () => {
    await takeUp(context);
    const sweep = (): void => {
      sweeping = forEachOpen(context, (upload) => sweepUpload(context, upload)).catch((error: unknown) => {
        app.log.warn({ err: error }, 'uploads could not be swept');
      });
    };
    timer = setInterval(sweep, Math.min(SWEEP_EVERY_MS, limits.uploadExpiresMs));
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await sweeping;
  });
}

async function takeUp(context: Context): Promise<void> {
  const { store, blobs } = context;
  const kept: string[] = [];
  await forEachOpen(context, async (upload) => {
    if (upload.state === 'receiving' && upload.protocol === 'single') {
      // The sender had no answer and sends again.
      await store.uploads.fail(upload, 'CANCELED');
      await discard(context, upload);
    } else {
      await sweepUpload(context, upload);
      if (upload.blobKey !== null) kept.push(upload.blobKey);
    }
  });
  await blobs.drafts.keepOnly(kept);
}

async function sweepUpload(context: Context, upload: UploadRow): Promise<void> {
  const { store, blobs, settling } = context;
  const { tenantId, id, state, blobKey, sizeBytes, expiresAt, protocol } = upload;
  if (state !== 'receiving') return void settling.settleLater(upload);
  if (protocol === 'single') return;
  const received = blobKey === null ? null : await blobs.drafts.sizeBytes(blobKey);
  // The last piece was written, and the process killed before that was said.
  if (received !== null && received === sizeBytes && upload.unverifiedFrom === null)
    return completeUpload(context, tenantId, id, received);
  if (expiresAt !== null && expiresAt.getTime() > Date.now()) return;
  await store.uploads.fail(upload, 'UPLOAD_EXPIRED');
  await discard(context, upload);
}

async function forEachOpen({ store }: Context, visit: (upload: UploadRow) => Promise<void>): Promise<void> {
  for (const { id } of await store.tenants.list())
    for (const upload of await store.uploads.open(id)) await visit(upload);
}
