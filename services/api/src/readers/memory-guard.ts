import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';

const CHECK_EVERY_MS = 200;
const PAGE_BYTES = 4096;

/**
 * Ends processes whose resident memory exceeds a limit; what the native library allocates counts too, which V8's own
 * limits do not see. Linux only: elsewhere nothing is watched, and a process's time-out is what ends it.
 */
export class MemoryGuard implements Disposable {
  readonly #timer: NodeJS.Timeout | undefined;

  /** `pids` is asked at every check for the processes to watch. */
  constructor(pids: () => readonly number[], maxBytes: number) {
    if (platform() !== 'linux') return;
    this.#timer = setInterval(() => {
      for (const pid of pids()) void endIfLarge(pid, maxBytes);
    }, CHECK_EVERY_MS).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

async function endIfLarge(pid: number, maxBytes: number): Promise<void> {
  try {
    const [, residentPages] = (await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ');
    if (Number(residentPages) * PAGE_BYTES > maxBytes) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}
