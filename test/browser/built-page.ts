import { execFile } from 'node:child_process';
import { mkdir, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../../scripts/build-page.sh', import.meta.url));
const LOCK = fileURLToPath(new URL('../../services/dashboard/.dist.lock', import.meta.url));
/** A build takes seconds; whoever left a lock so old is gone. */
const LOCK_MS = 240_000;

/** Builds the page where its sources changed, one test at a time: a second build would take the page away from who serves it. */
export async function buildPage(): Promise<void> {
  while (!(await locked())) {
    const age = Date.now() - ((await stat(LOCK).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > LOCK_MS) await rm(LOCK, { recursive: true, force: true });
    await sleep(200);
  }
  try {
    await promisify(execFile)('sh', [SCRIPT]);
  } finally {
    await rm(LOCK, { recursive: true, force: true });
  }
}

function locked(): Promise<boolean> {
  return mkdir(LOCK).then(
    () => true,
    () => false,
  );
}
