import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Tells this process from an earlier one with its number; in a container every one is number 1. */
const INSTANCE = randomUUID();
const NAME = /^(.+)\.(\d+)\.([0-9a-f-]{36})\.[0-9a-f-]{36}$/;
/** Of a machine that we cannot ask. A living upload writes far more often. */
const FORGOTTEN_AFTER_MS = 24 * 3600_000;

/** A file name that says which process is writing the file. */
export function draftName(): string {
  return `${hostname()}.${process.pid}.${INSTANCE}.${randomUUID()}`;
}

/** Removes the files that no process is writing any more. */
export async function clearDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const modified = await stat(path).catch(() => undefined);
    if (modified === undefined || modified.isDirectory()) continue;
    if (isAbandoned(name) || Date.now() - modified.mtimeMs > FORGOTTEN_AFTER_MS) await rm(path, { force: true });
  }
}

function isAbandoned(name: string): boolean {
  const [, host, pid, instance] = NAME.exec(name) ?? [];
  if (host !== hostname()) return false;
  if (Number(pid) === process.pid) return instance !== INSTANCE;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
