import { GigascopeError } from '@gigascope/contracts';
import type { BlobStore } from '@gigascope/store';

/** Deletes blobs; those that are not there, or never were, are gone too. */
export async function removeBlobs(blobs: BlobStore, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await Promise.resolve()
      .then(() => blobs.delete(key))
      .catch((error: unknown) => {
        if (!(error instanceof GigascopeError && error.code === 'FILE_NOT_FOUND')) throw error;
      });
  }
}
