import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom the server runs as; undefined: as ourselves. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Postgres refuses to run as root, and looks its user up by name, so a free number will not do: `postgres` where the
 * system has that user, otherwise `nobody`, which every system has. No user is made: that would change the machine.
 */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  const [uid, gid] = [Number(found?.[2]), Number(found?.[3])];
  if (!(uid > 0) || !(gid >= 0))
    throw new Error('Postgres does not run as root, and there is no user "postgres" or "nobody".');
  return { uid, gid };
}

/** Tries as that user whether it can enter the folder; permissions of every parent and of mounts are in the answer. */
export async function canEnter(folder: string, user: ServerUser | undefined): Promise<boolean> {
  return run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', ...user }).then(
    () => true,
    () => false,
  );
}
