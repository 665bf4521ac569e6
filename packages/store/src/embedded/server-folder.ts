import { createHash } from 'node:crypto';
import { chown, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { canEnter, type ServerUser } from './server-user.ts';

const ELSEWHERE = '/var/lib/gigascope';

/** Where a server keeps its things. */
export interface ServerFolder {
  /** Holds all below; ours. */
  readonly root: string;
  /** The server user's own: PGDATA and its log are inside. */
  readonly home: string;
  readonly data: string;
  readonly log: string;
  readonly port: string;
  readonly ownerSecret: string;
}

/** Where programs are copied when the server's user cannot enter the checkout; shared by all of this machine's. */
export const SHARED_FOLDER = ELSEWHERE;

/**
 * Makes the folder of a server. As root, where the server's user cannot enter a parent of `folder`, it is
 * /var/lib/gigascope/<hash of the folder's path> instead.
 */
export async function makeServerFolder(folder: string, user: ServerUser | undefined): Promise<ServerFolder> {
  const wanted = resolve(folder);
  await mkdir(wanted, { recursive: true });
  // The parent is what matters: the folder itself is ours, and opened for the server's user below.
  const reachable = await canEnter(dirname(wanted), user);
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const root = reachable ? wanted : join(ELSEWHERE, hash);
  await mkdir(root, { recursive: true, mode: 0o755 });
  if (!(await canEnter(root, user))) throw new Error(`The user that Postgres runs as cannot enter ${root}.`);
  const home = join(root, 'server');
  await mkdir(home, { recursive: true, mode: 0o700 });
  if (user !== undefined) await chown(home, user.uid, user.gid);
  return {
    root,
    home,
    data: join(home, 'data'),
    log: join(home, 'server.log'),
    port: join(root, 'port'),
    ownerSecret: join(root, 'owner-secret'),
  };
}
