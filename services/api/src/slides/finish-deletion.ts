import type { BlobStore, Store } from '@gigascope/store';
import { removeBlobs } from './remove-blobs.ts';

/** Takes a marked slide away: its files first, so that a process that dies in between leaves none that no row names. */
export async function finishDeletion(
  { store, blobs }: { readonly store: Store; readonly blobs: BlobStore },
  tenantId: string,
  id: string,
): Promise<void> {
  await removeBlobs(blobs, await store.deletions.blobKeys(tenantId, id));
  await removeBlobs(blobs, await store.deletions.finish(tenantId, id));
}
