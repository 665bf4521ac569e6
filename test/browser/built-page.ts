import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const DASHBOARD = fileURLToPath(new URL('../../services/dashboard', import.meta.url));
const CONTRACTS = fileURLToPath(new URL('../../packages/contracts/src', import.meta.url));
const VITE = fileURLToPath(new URL('../../node_modules/vite/bin/vite.js', import.meta.url));
const STAMP = join(DASHBOARD, 'dist', '.built-from');
const LOCK = join(DASHBOARD, '.dist.lock');
/** A build takes seconds; whoever left a lock so old is gone. */
const LOCK_MS = 240_000;

/** Builds the page unless it is built from these very sources: a build while another test serves the page would take it away. */
export async function buildPage(): Promise<void> {
  await using _lock = await lock();
  const sources = await hashOf([join(DASHBOARD, 'src'), join(DASHBOARD, 'public'), CONTRACTS]);
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === sources) return;
  // Without this the tests' own NODE_ENV would make a page with the libraries' development checks.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [VITE, 'build'], { cwd: DASHBOARD, env });
  await writeFile(STAMP, sources);
}

async function lock(): Promise<AsyncDisposable> {
  const isTaken = (): Promise<boolean> =>
    mkdir(LOCK).then(
      () => false,
      () => true,
    );
  while (await isTaken()) {
    const age = Date.now() - ((await stat(LOCK).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > LOCK_MS) await rm(LOCK, { recursive: true, force: true });
    await sleep(200);
  }
  return { [Symbol.asyncDispose]: () => rm(LOCK, { recursive: true, force: true }) };
}

async function hashOf(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(DASHBOARD, 'index.html')));
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.toSorted()) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex');
}
