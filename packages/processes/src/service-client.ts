import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { GigascopeError, type Protocol, toGigascopeError } from '@gigascope/contracts';
import { childEnvironment } from './config.ts';
import { type ReplyMessage, type ReplyOf, type RequestOf, STOP } from './messages.ts';

export interface ServiceOptions {
  /** A call that takes longer ends the process (NATIVE_CRASH); absent: no limit. */
  readonly timeoutMs?: number;
  /** How long a stop may take before the process is killed. */
  readonly stopMs?: number;
}

interface Call {
  readonly method: string;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: GigascopeError) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

const DEFAULT_STOP_MS = 10_000;
const KEPT_STDERR_CHARS = 2000;

/** A typed line to a service that runs in a process of its own. Native code there can end that process, never this one. */
export class ServiceClient<P extends Protocol> implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #protocol: P;
  readonly #options: ServiceOptions;
  readonly #calls = new Map<number, Call>();
  #nextId = 1;
  #ended: GigascopeError | undefined;
  #stderrTail = '';

  /** Forks `entry` at once; it is ready when its first call is answered. */
  constructor(entry: URL, protocol: P, options: ServiceOptions = {}) {
    this.#protocol = protocol;
    this.#options = options;
    this.#child = fork(fileURLToPath(entry), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // In a process group of its own, so that a terminal's Ctrl-C reaches only the parent, which then stops the child in order.
      detached: true,
      env: childEnvironment,
    });
    this.#child.on('message', (message: ReplyMessage) => this.#settle(message));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderrTail = (this.#stderrTail + chunk.toString()).slice(-KEPT_STDERR_CHARS);
    });
    this.#child.on('error', (error) => this.#end(new GigascopeError('NATIVE_CRASH', error.message)));
    this.#child.on('close', (code, signal) => this.#end(this.#crash(code, signal)));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Asks the service and waits for its typed answer.
   * @throws GigascopeError what the service threw; NATIVE_CRASH when its process ended first; INTERNAL for what is not of the protocol.
   */
  async call<M extends keyof P & string>(method: M, request: RequestOf<P, M>): Promise<ReplyOf<P, M>> {
    if (this.#ended !== undefined) throw this.#ended;
    const id = this.#nextId++;
    const reply = await new Promise<unknown>((resolve, reject) => {
      const { timeoutMs } = this.#options;
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => this.#timeOut(method, timeoutMs), timeoutMs);
      this.#calls.set(id, { method, resolve, reject, timer });
      try {
        this.#child.send({ id, method, request }, (error) => {
          if (error !== null) this.#take(id)?.reject(new GigascopeError('NATIVE_CRASH', error.message));
        });
      } catch (cause) {
        this.#take(id)?.reject(toGigascopeError(cause));
      }
    });
    const parsed = this.#protocol[method]?.reply.safeParse(reply);
    if (parsed?.success !== true) throw new GigascopeError('INTERNAL', `${method} gave a reply of the wrong form`);
    return parsed.data as ReplyOf<P, M>;
  }

  /** Lets the process finish what it runs, then waits for its end; kills it when that takes too long. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#ended ??= new GigascopeError('CANCELED');
    const closed = once(this.#child, 'close');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), this.#options.stopMs ?? DEFAULT_STOP_MS);
    if (this.#child.connected) this.#child.send(STOP, () => {});
    await closed;
    clearTimeout(killer);
  }

  #take(id: number): Call | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    clearTimeout(call?.timer);
    return call;
  }

  #settle(message: ReplyMessage): void {
    const call = this.#take(message.id);
    if (call === undefined) return;
    if ('error' in message) call.reject(new GigascopeError(message.error.code, message.error.detail));
    else call.resolve(message.reply);
  }

  #timeOut(method: string, timeoutMs: number): void {
    this.#end(new GigascopeError('NATIVE_CRASH', `${method} took longer than ${timeoutMs / 1000} s`));
    this.#child.kill('SIGKILL');
  }

  #crash(code: number | null, signal: NodeJS.Signals | null): GigascopeError {
    const how = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
    if (signal === 'SIGKILL') return new GigascopeError('NATIVE_CRASH', `${how}; perhaps memory ran out`);
    const said = this.#stderrTail.trim().split('\n').at(-1) ?? '';
    return new GigascopeError('NATIVE_CRASH', said === '' ? how : `${how}: ${said}`);
  }

  #end(error: GigascopeError): void {
    this.#ended ??= error;
    for (const id of [...this.#calls.keys()]) this.#take(id)?.reject(this.#ended);
  }
}
