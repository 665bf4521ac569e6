import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What postmaster.pid says (PostgreSQL 18, src/include/utils/pidfile.h): pid, data folder, start, port, …, status. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number | undefined;
}

/** undefined when there is no such file, or the server has not written its first lines yet. */
export async function readPostmasterFile(dataFolder: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 ? { pid, port: port > 0 ? port : undefined } : undefined;
}

/**
 * Says whether that process is a Postgres, not another one that got the number since. A zombie is none: its command line
 * is empty. Without /proc (macOS), any live process counts, and pg_ctl decides.
 */
export async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  if (process.platform !== 'linux') return true;
  return (
    (await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')).split('\0')[0]?.includes('postgres') === true
  );
}
