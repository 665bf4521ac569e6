import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toGigascopeError } from '@gigascope/contracts';
import type { VerifiedSlide } from '@gigascope/store';
import type { AppParts } from '../../app-parts.ts';
import { openArchive } from './archive.ts';
import { planSet } from './plan-set.ts';
import { type HashedFile, setHash } from './set-hash.ts';
import { syncTree } from './sync-tree.ts';
import { unpackFile } from './unpack-file.ts';

/**
 * Unpacks a draft that is a zip into its blob's own folder. The draft stays until the slide is entered, so that a process
 * that was killed begins anew. What is in the files is for the reader's process to check.
 * @throws GigascopeError ARCHIVE_REJECTED, UPLOAD_TOO_LARGE, STORAGE_FULL
 */
export async function takeSet(
  { blobs, limits }: Pick<AppParts, 'blobs' | 'limits'>,
  draftKey: string,
  packedBytes: number,
): Promise<VerifiedSlide> {
  await using archive = await openArchive(blobs.drafts.path(draftKey), packedBytes, limits.maxUploadBytes);
  const { extension, files } = planSet(archive.entries.map(({ fileName }) => fileName));
  const entries = archive.entries.flatMap((entry) => {
    const path = files.get(entry.fileName);
    return path === undefined ? [] : [{ entry, path }];
  });
  const sizeBytes = entries.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  await blobs.checkSpace(sizeBytes + limits.reservedDiskBytes);
  const folder = await blobs.drafts.emptyFolder(draftKey);
  const hashed: HashedFile[] = [];
  try {
    for (const { entry, path } of entries) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      hashed.push({ path, sha256: await unpackFile(archive.zip, entry, target) });
    }
    await syncTree(folder);
  } catch (error) {
    throw toGigascopeError(error);
  }
  await blobs.drafts.commitFolder(draftKey);
  const blobKey = `${draftKey.slice(0, draftKey.indexOf('/'))}/slide${extension}`;
  return { sha256: setHash(hashed), blobKey, sizeBytes, fileCount: hashed.length };
}
