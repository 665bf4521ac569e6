import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { GigascopeError } from '@gigascope/contracts';

const RESTART_AFTER_MS = 1000;
const STOP_MS = 20_000;
/** A process that ends this often before it was ever ready has something wrong that waiting does not mend. */
const MAX_EARLY_ENDS = 3;

export interface KeptProcessOptions {
  readonly name: string;
  readonly entry: URL;
  readonly env: NodeJS.ProcessEnv;
  /** Flags of Node. */
  readonly flags?: readonly string[];
  /** Told of ends and restarts, in a sentence. */
  readonly say: (line: string) => void;
  /** Told whenever it is ready, the first time and after restarts. */
  readonly onStart?: () => void;
}

/** A service's process that is started again when it ends by itself, and ends when this process does, however that ends. */
export class KeptProcess implements AsyncDisposable {
  readonly #options: KeptProcessOptions;
  readonly #ready = Promise.withResolvers<unknown>();
  #child: ChildProcess;
  #stopping = false;
  #wasReady = false;
  #earlyEnds = 0;
  #env: NodeJS.ProcessEnv;

  constructor(options: KeptProcessOptions) {
    this.#options = options;
    this.#env = options.env;
    this.#ready.promise.catch(() => {});
    this.#child = this.#start();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The first message that the process sends: what it says of itself once it is ready. */
  get ready(): Promise<unknown> {
    return this.#ready.promise;
  }

  /** Environment that it gets on top when it is started again, such as the port that it was given by chance. */
  keep(env: NodeJS.ProcessEnv): void {
    this.#env = { ...this.#env, ...env };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await closed;
    clearTimeout(killer);
  }

  #start(): ChildProcess {
    const child = fork(fileURLToPath(this.#options.entry), [], {
      env: this.#env,
      execArgv: [...(this.#options.flags ?? [])],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    });
    child.once('message', (message) => {
      this.#wasReady = true;
      this.#ready.resolve(message);
      this.#options.onStart?.();
    });
    child.once('close', (code, signal) => this.#ended(signal ?? `code ${code}`));
    return child;
  }

  #ended(how: string): void {
    if (this.#stopping) return;
    const { name, say } = this.#options;
    this.#earlyEnds += this.#wasReady ? 0 : 1;
    if (this.#earlyEnds >= MAX_EARLY_ENDS) {
      this.#ready.reject(new GigascopeError('NATIVE_CRASH', `the ${name} ended (${how}) before it was ready`));
      return;
    }
    say(`the ${name} ended (${how}); it is started again`);
    setTimeout(() => {
      if (!this.#stopping) this.#child = this.#start();
    }, RESTART_AFTER_MS);
  }
}
