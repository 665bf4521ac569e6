import { createReadStream } from 'node:fs';
import { extname, join } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';
import { OUTPUT_FILES, type OutputFileName } from '@gigascope/contracts/paths';
import type { ArtifactRow, BlobStore } from '@gigascope/store';
import type { WriteOutcome } from './write-patiently.ts';

/** Stores an analysis's files as blobs, all or none. */
export async function putFiles(
  blobs: BlobStore,
  folder: string,
  names: readonly OutputFileName[],
): Promise<ArtifactRow[]> {
  const stored = await Promise.allSettled(names.map((name) => putFile(blobs, folder, name)));
  const artifacts = stored.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failure = stored.find(({ status }) => status === 'rejected');
  if (failure === undefined) return artifacts;
  await deleteAll(blobs, artifacts);
  throw (failure as PromiseRejectedResult).reason;
}

/**
 * Writes the row that names these blobs, and deletes them when it surely was not written. After a lost answer they
 * stay: a row may name them, and a file too many does less harm than one too few.
 */
export async function writeNaming(
  blobs: BlobStore,
  named: readonly Pick<ArtifactRow, 'blobKey'>[],
  write: () => Promise<WriteOutcome>,
): Promise<boolean> {
  try {
    const outcome = await write();
    if (outcome === 'refused') await deleteAll(blobs, named);
    return outcome === 'written';
  } catch (error) {
    const unknown = error instanceof GigascopeError && error.code === 'DATABASE_UNAVAILABLE';
    if (!unknown) await deleteAll(blobs, named);
    throw error;
  }
}

async function putFile(blobs: BlobStore, folder: string, name: OutputFileName): Promise<ArtifactRow> {
  const source = createReadStream(join(folder, name));
  const { key: blobKey, sizeBytes } = await blobs.put(source, { extension: extname(name) });
  return { name, mediaType: OUTPUT_FILES[name], sizeBytes, blobKey };
}

async function deleteAll(blobs: BlobStore, named: readonly Pick<ArtifactRow, 'blobKey'>[]): Promise<void> {
  await Promise.allSettled(named.map(({ blobKey }) => blobs.delete(blobKey)));
}
