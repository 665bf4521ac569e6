import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';

/** A file system of 1 MiB; undefined where mounting is not allowed. */
export async function smallDisk(path: string): Promise<Disposable | undefined> {
  await mkdir(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { [Symbol.dispose]: () => void execFileSync('umount', [path]) };
}
