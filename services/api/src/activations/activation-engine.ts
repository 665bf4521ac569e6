import { type AnalysisPlan, engineProtocol, GigascopeError } from '@gigascope/contracts';
import { ServiceClient } from '@gigascope/processes';
import { MemoryGuard } from '../readers/memory-guard.ts';

const ENGINE_ENTRY = new URL('../../../engine/src/main.ts', import.meta.url);
/** A session for whole batches is opened, too; it stays small. */
const LOAD = { orientations: 1, patchwise: true, batchSize: 1, threads: 2 } as const;

export interface ActivationEngineOptions {
  /** A call that takes longer ends the process (NATIVE_CRASH). */
  readonly timeoutMs: number;
  /** Without a request for this long the process ends; the next one starts another. */
  readonly idleMs: number;
  /** Requests that may wait for the one that is served; one more is refused (BUSY). */
  readonly maxWaiting: number;
  readonly maxMemoryBytes: number;
}

export interface ActivationRequest {
  readonly analysisId: string;
  readonly model: { readonly folder: string; readonly sha256: string };
  readonly slidePath: string;
  readonly plan: Omit<AnalysisPlan, 'thumbnail'>;
  readonly xL0: number;
  readonly yL0: number;
}

interface LoadedEngine {
  readonly client: ServiceClient<typeof engineProtocol>;
  readonly modelSha256: string;
}

/**
 * One engine process that draws activation pictures, one at a time, with the model that was asked for last. It is started with the
 * first request; a slide or model that crashes it ends its own request only.
 */
export class ActivationEngine implements AsyncDisposable {
  readonly #options: ActivationEngineOptions;
  readonly #guard: MemoryGuard;
  #engine: LoadedEngine | undefined;
  #starting: ServiceClient<typeof engineProtocol> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ActivationEngineOptions) {
    this.#options = options;
    this.#guard = new MemoryGuard(() => this.pids, options.maxMemoryBytes);
  }

  get pids(): readonly number[] {
    const pid = (this.#starting ?? this.#engine?.client)?.pid;
    return pid === undefined ? [] : [pid];
  }

  /**
   * Draws the patch about a point of a slide: PNG bytes. A request whose `signal` aborts while it waits is given up.
   * @throws GigascopeError what the engine threw; MODEL_HASH_MISMATCH when the model's folder holds another version; BUSY, NATIVE_CRASH or CANCELED.
   */
  async picture(request: ActivationRequest, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#pending > this.#options.maxWaiting) throw new GigascopeError('BUSY');
    this.#pending += 1;
    const turn = this.#last.then(async () => {
      if (this.#closed || signal?.aborted === true) throw new GigascopeError('CANCELED');
      clearTimeout(this.#idle);
      return await this.#draw(request);
    });
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0 && !this.#closed)
        this.#idle = setTimeout(() => void this.#stop(), this.#options.idleMs).unref();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#guard[Symbol.dispose]();
    await this.#starting?.[Symbol.asyncDispose]();
    await this.#stop();
  }

  async #draw({ analysisId, model, slidePath: path, plan, xL0, yL0 }: ActivationRequest) {
    const client = await this.#loaded(model);
    try {
      await client.call('open', { analysisId, path, plan });
      const { png } = await client.call('activationPicture', { analysisId, stage: plan.stage, xL0, yL0 });
      await client.call('release', { analysisId });
      return png;
    } catch (error) {
      const crashed = error instanceof GigascopeError && error.code === 'NATIVE_CRASH';
      if (crashed) await this.#stop();
      else await client.call('release', { analysisId }).catch(() => {});
      throw error;
    }
  }

  async #loaded({ folder, sha256 }: ActivationRequest['model']): Promise<LoadedEngine['client']> {
    if (this.#engine?.modelSha256 === sha256) return this.#engine.client;
    await this.#stop();
    const client = new ServiceClient(ENGINE_ENTRY, engineProtocol, { timeoutMs: this.#options.timeoutMs });
    this.#starting = client;
    try {
      const { modelSha256 } = await client.call('load', { bundleFolder: folder, ...LOAD });
      if (modelSha256 !== sha256) throw new GigascopeError('MODEL_HASH_MISMATCH', 'another version is in its place');
      this.#engine = { client, modelSha256 };
      return client;
    } catch (error) {
      await client[Symbol.asyncDispose]();
      throw error;
    } finally {
      this.#starting = undefined;
    }
  }

  async #stop(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.client[Symbol.asyncDispose]();
  }
}
