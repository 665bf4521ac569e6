import { type BlobStore, DEFAULT_TENANT_ID, type Store } from '@gigascope/store';

const PAGE = 200;

/**
 * Clears away what a process that was killed left between an upload's first byte and its check: the sender had no answer
 * and sends again. For the start of the only API process on this data.
 */
export async function dropUnfinished(store: Store, blobs: BlobStore): Promise<void> {
  await store.uploads.failOpen(DEFAULT_TENANT_ID);
  let cursor: string | null | undefined;
  do {
    const page = await store.slides.list(DEFAULT_TENANT_ID, { limit: PAGE, cursor: cursor ?? undefined });
    for (const { id, state, blobKey } of page.rows) {
      if (state !== 'received' && state !== 'verified') continue;
      await store.slides.remove(DEFAULT_TENANT_ID, id);
      await blobs.delete(blobKey);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
}
