import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashSlide } from '@gigascope/analysis';
import { AnalysisParameters } from '@gigascope/contracts';
import type { Analysis, Slide } from '@gigascope/contracts/http';
import { FILES_OF_TASK, type OutputFileName } from '@gigascope/contracts/paths';
import { type EmbeddedPostgres, type RoleUrls, startEmbeddedPostgres } from '@gigascope/store';
import pg from 'pg';
import { ApiClient } from '../../services/cli/src/system/api-client.ts';
import { temporaryFolder } from './fixtures.ts';
import { startMigratedPostgres } from './postgres-template.ts';
import { startRedis, type TestRedis } from './redis.ts';
import { ServiceProcess } from './service-process.ts';

const API_ENTRY = new URL('../../services/api/src/main.ts', import.meta.url);
const WORKER_ENTRY = new URL('../../services/worker/src/main.ts', import.meta.url);
const POLL_MS = 50;

export type QueueBackend = 'postgres' | 'redis';

export interface InstallationOptions {
  readonly backend: QueueBackend;
  /** Default 1. */
  readonly workers?: number;
  /** Default: a folder of its own. */
  readonly blobsFolder?: string;
  readonly apiEnv?: NodeJS.ProcessEnv;
  readonly workerEnv?: NodeJS.ProcessEnv;
}

/** Starts a whole installation in a temporary folder: database, queue, workers and API as `gigascope up` starts them. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  await using started = new AsyncDisposableStack();
  const folder = started.use(await temporaryFolder());
  // mkdtemp's folder is its maker's alone, and as root the server runs as another user.
  await chmod(folder.path, 0o711);
  const redis = options.backend === 'redis' ? started.use(await startRedis()) : undefined;
  const blobsFolder = options.blobsFolder ?? join(folder.path, 'blobs');
  await mkdir(blobsFolder, { recursive: true });
  const postgresFolder = join(folder.path, 'postgres');
  const { postgres, urls } = await startMigratedPostgres(postgresFolder);
  const installation = started.use(new Installation(options, { postgres, postgresFolder, redis, blobsFolder }, urls));
  await Promise.all(Array.from({ length: options.workers ?? 1 }, () => installation.addWorker()));
  await installation.startApi();
  const owned = started.move();
  installation.defer(() => owned.disposeAsync());
  return installation;
}

interface Places {
  readonly postgres: EmbeddedPostgres;
  readonly postgresFolder: string;
  readonly redis: TestRedis | undefined;
  readonly blobsFolder: string;
}

/** A running installation. Each of its parts can be killed and started again; disposing ends and removes all. */
export class Installation implements AsyncDisposable {
  readonly redis: TestRedis | undefined;
  readonly blobsFolder: string;
  readonly urls: RoleUrls;
  readonly workers: ServiceProcess[] = [];
  readonly #options: InstallationOptions;
  readonly #postgresFolder: string;
  #postgres: EmbeddedPostgres;
  /** Kept open: tests ask every few milliseconds, and to sign in costs both sides more than an answer. */
  readonly #owner: pg.Pool;
  #api: ServiceProcess | undefined;
  #url = '';
  #closing = false;
  #rest: () => Promise<void> = async () => {};

  constructor(options: InstallationOptions, places: Places, urls: RoleUrls) {
    this.#options = options;
    this.#postgres = places.postgres;
    this.#postgresFolder = places.postgresFolder;
    this.#owner = new pg.Pool({ connectionString: places.postgres.ownerUrl, max: 2 });
    // A stop of Postgres ends its connections; the next question opens another.
    this.#owner.on('error', () => {});
    this.redis = places.redis;
    this.blobsFolder = places.blobsFolder;
    this.urls = urls;
  }

  /** Run at the very end of disposing. */
  defer(rest: () => Promise<void>): void {
    this.#rest = rest;
  }

  /** Where the API listens; stays the same when it is started again. */
  get url(): string {
    return this.#url;
  }

  get api(): ServiceProcess {
    if (this.#api === undefined) throw new Error('the API was not started');
    return this.#api;
  }

  get postgres(): EmbeddedPostgres {
    return this.#postgres;
  }

  get client(): ApiClient {
    return new ApiClient(this.#url, new AbortController().signal);
  }

  /** Starts one worker more and waits until it is ready. `processor`: the only one that it may use. */
  async addWorker(env: NodeJS.ProcessEnv = {}, processor?: number): Promise<ServiceProcess> {
    const environment = {
      ...this.#common(this.urls.dispatcherUrl),
      WORKER_LEASE_MS: '2000',
      ...(this.redis === undefined ? {} : { REDIS_URL: this.redis.url }),
      ...this.#options.workerEnv,
      ...env,
    };
    const worker = new ServiceProcess(WORKER_ENTRY, environment, processor);
    this.workers.push(worker);
    await worker.start();
    return worker;
  }

  /** Kills a worker, or all of them, and forgets them. */
  async removeWorkers(workers: readonly ServiceProcess[] = [...this.workers]): Promise<void> {
    await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
    this.workers.splice(0, this.workers.length, ...this.workers.filter((worker) => !workers.includes(worker)));
  }

  /** Starts the API, again at the address that it had. */
  async startApi(): Promise<void> {
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    this.#api ??= new ServiceProcess(API_ENTRY, {
      ...this.#common(this.urls.appUrl),
      RESERVED_DISK_BYTES: '0',
      PORT: port,
      ...this.#options.apiEnv,
    });
    const { url } = (await this.#api.start()) as { url: string };
    if (this.#url !== '' && url !== this.#url) throw new Error('the API came back at another address');
    this.#url = url;
  }

  /** Kills the API; `startApi` starts one at the same address. */
  async killApi(): Promise<void> {
    await this.api.kill();
    this.#api = undefined;
  }

  /** Starts Postgres again after a stop, on the same port. */
  async startPostgres(): Promise<void> {
    const { port } = this.#postgres;
    this.#postgres = await startEmbeddedPostgres({ folder: this.#postgresFolder });
    if (this.#postgres.port !== port) throw new Error('Postgres came back on another port');
  }

  /** Looks into the tables, as a superuser. */
  async query<Row>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#owner.query(statement, [...values])).rows as Row[];
  }

  async upload(path: string): Promise<Slide> {
    return await this.client.upload(path, await hashSlide(path));
  }

  async submit(slideId: string, parameters: Partial<AnalysisParameters> = {}): Promise<string> {
    const { id } = await this.client.submit(slideId, 'metastasis', AnalysisParameters.parse(parameters));
    return id;
  }

  /** Follows an analysis to its end through the API; 503 while the database is away, and an API that is away, are waited out. */
  async wait(id: string, patienceMs = 150_000, pollMs = POLL_MS): Promise<Analysis> {
    let last: unknown;
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await sleep(pollMs)) {
      try {
        const analysis = await this.client.analysis(id);
        if (analysis.state !== 'queued' && analysis.state !== 'running') return analysis;
        last = analysis.progress;
      } catch (error) {
        last = error;
      }
    }
    throw new Error(`analysis ${id} did not end within ${patienceMs / 1000} s: ${JSON.stringify(last)}\n${this.logs}`);
  }

  /** SHA-256 of the six files as the API serves them, by name. */
  async hashes(id: string): Promise<Record<string, string>> {
    const names = FILES_OF_TASK.classify.toSorted((a, b) => a.localeCompare(b));
    const hash = async (name: OutputFileName): Promise<string> =>
      createHash('sha256')
        .update(await this.client.file(id, name))
        .digest('hex');
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await hash(name)] as const)));
  }

  /** Every file below the blobs' folder, relative to it. */
  async blobFiles(): Promise<string[]> {
    const entries = await readdir(this.blobsFolder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name).slice(this.blobsFolder.length + 1)).toSorted();
  }

  /** What the services wrote last, for a failure's message. */
  get logs(): string {
    return [...this.workers, ...(this.#api === undefined ? [] : [this.#api])]
      .map((service) => service.log.slice(-3000))
      .join('\n--\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.#api?.[Symbol.asyncDispose]();
    await this.removeWorkers();
    await this.#owner.end();
    await this.#postgres.stop('immediate');
    await this.#rest();
  }

  #common(databaseUrl: string): NodeJS.ProcessEnv {
    return {
      DATABASE_URL: databaseUrl,
      GIGASCOPE_BLOBS: this.blobsFolder,
      LOG_LEVEL: 'warn',
      MEASURE_QUALITY: 'false',
      GIGASCOPE_CALIBRATION: 'off',
    };
  }
}
