import { chmod, chown, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import { makeServerFolder } from '../embedded/server-folder.ts';
import { type ServerUser, serverUser } from '../embedded/server-user.ts';
import { writeSecret } from '../write-secret.ts';
import { requireEmpty } from './backup.ts';
import { copyTree } from './copy-tree.ts';
import { BLOBS, DATA, MANIFEST, Manifest, SECRETS } from './layout.ts';

export interface RestoreOptions {
  /** A folder that `backup` made. */
  readonly source: string;
  /** As for startEmbeddedPostgres; must hold no server yet. */
  readonly folder: string;
  /** Must not exist, or be empty. */
  readonly blobsFolder: string;
}

/** Puts a backup where startEmbeddedPostgres and openFileBlobs find it; the first start replays its WAL. */
export async function restore({ source, folder, blobsFolder }: RestoreOptions): Promise<void> {
  try {
    const text = await readFile(join(source, MANIFEST), 'utf8').catch(() => {
      throw new GigascopeError('ARGUMENT_INVALID', `${source} is no backup`);
    });
    Manifest.parse(JSON.parse(text));
    const user = await serverUser();
    const places = await makeServerFolder(folder, user);
    await requireEmpty(places.home);
    await requireEmpty(blobsFolder);
    const draft = join(places.home, 'data.restoring');
    try {
      await copyTree(join(source, DATA), draft, () => true);
      await giveTo(draft, user);
      await mkdir(resolve(blobsFolder), { recursive: true });
      await copyTree(join(source, BLOBS), resolve(blobsFolder), () => true);
      for (const name of SECRETS) {
        await writeSecret(join(places.root, name), await readFile(join(source, name), 'utf8'));
      }
      await rename(draft, places.data);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  } catch (error) {
    throw toGigascopeError(error);
  }
}

/** Postgres starts only on a folder that is its user's and nobody else's. */
async function giveTo(folder: string, user: ServerUser | undefined): Promise<void> {
  await chmod(folder, 0o700);
  if (user === undefined) return;
  await chown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await chown(join(entry.parentPath, entry.name), user.uid, user.gid);
  }
}
