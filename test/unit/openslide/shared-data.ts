import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of real files beside the checkout, which not every machine has. */
export const SHARED_DATA = join(import.meta.dirname, '../../../../shared/data');

/** Whether the file or folder is there; tests that need it are marked as skipped otherwise. */
export function hasShared(path: string): boolean {
  return existsSync(join(SHARED_DATA, path));
}
