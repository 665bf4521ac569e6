import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const CHILDREN_END_WITHIN_MS = 5_000;

/** A service's real process, which a test can kill, suspend, stop and start again by itself. */
export class ServiceProcess implements AsyncDisposable {
  readonly #entry: URL;
  readonly #env: NodeJS.ProcessEnv;
  readonly #processor: number | undefined;
  #child: ChildProcess | undefined;
  #log = '';

  /** `env` comes on top of this process's. `processor`: the only one that it and what it forks may use, by util-linux's taskset. */
  constructor(entry: URL, env: NodeJS.ProcessEnv, processor?: number) {
    this.#entry = entry;
    this.#env = env;
    this.#processor = processor;
  }

  /** Everything that it and those before it wrote to standard error. */
  get log(): string {
    return this.#log;
  }

  /** 0 when it does not run. */
  get pid(): number {
    return this.#alive ? (this.#child?.pid ?? 0) : 0;
  }

  /** The processes that it forked: a worker's engines, the API's readers. */
  get children(): readonly number[] {
    return this.#alive ? childrenOf(this.pid) : [];
  }

  /** Largest resident set so far, as the kernel counts it. */
  get peakMemoryBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** Starts it and waits for its first message, which says that it is ready. */
  async start(): Promise<unknown> {
    const bound =
      this.#processor === undefined
        ? {}
        : { execPath: 'taskset', execArgv: ['--cpu-list', String(this.#processor), process.execPath] };
    const child = fork(fileURLToPath(this.#entry), [], {
      ...bound,
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stderr?.on('data', (chunk) => {
      this.#log += chunk;
    });
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`it ended (${signal ?? code}) before it was ready: ${this.#log.slice(-2000)}`);
    });
    const [message] = await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
    return message;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM; returns the exit code, null when it was killed after all. */
  async stop(): Promise<number | null> {
    return await this.#end('SIGTERM');
  }

  suspend(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Kills it, and what it forked where that does not end by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    const children = this.children;
    await this.kill();
    for (const pid of children) {
      if (!(await isGoneWithin(pid, CHILDREN_END_WITHIN_MS))) process.kill(pid, 'SIGKILL');
    }
  }

  get #alive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.#alive) return null;
    const child = this.#child as ChildProcess;
    const ended = once(child, 'exit');
    child.kill(signal);
    return (await ended)[0];
  }
}

function childrenOf(pid: number): readonly number[] {
  // ps ends with 1 when there is no such process.
  const table = execFileSync('sh', ['-c', `ps -o pid= --ppid ${pid} || true`], { encoding: 'utf8' });
  return table
    .trim()
    .split(/\s+/)
    .filter((text) => text !== '')
    .map(Number);
}

/** Waits for the end of a process that is no child of ours. */
export async function isGoneWithin(pid: number, ms: number): Promise<boolean> {
  for (const deadline = performance.now() + ms; performance.now() < deadline; await sleep(20)) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  }
  return false;
}

/** How many hundredths of a second of processor time a process uses within `ms`. */
export async function processorTicks(pid: number, ms: number): Promise<number> {
  const ticks = (): number => {
    // Fields 14 and 15 of proc(5)'s stat, counted after the name, which may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = ticks();
  await sleep(ms);
  return ticks() - before;
}
