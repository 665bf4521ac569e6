import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { API_FLAGS } from '@gigascope/processes';
import { migrate } from '@gigascope/store';
import { z } from 'zod';
import { config } from '../config.ts';
import { KeptPostgres } from './kept-postgres.ts';
import { KeptProcess } from './kept-process.ts';
import { RunRecord } from './run-record.ts';

const API_ENTRY = new URL('../../../api/src/main.ts', import.meta.url);
const WORKER_ENTRY = new URL('../../../worker/src/main.ts', import.meta.url);
const Listening = z.object({ kind: z.literal('listening'), url: z.string() });

export interface SystemOptions {
  /** Folder of database, slides and results. */
  readonly dataFolder: string;
  /** 0: any free port. */
  readonly port: number;
  readonly workers: number;
  /** Who may use the API; undefined: by the address that it listens on. */
  readonly access?: 'open' | 'keys' | undefined;
  readonly say: (line: string) => void;
}

export interface System extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts everything: Postgres (embedded, or the one at DATABASE_URL), workers, API with the page. What runs where is
 * written to DIR/up.json. Ends in the opposite order; a Postgres that a killed run left behind is taken over by the next.
 */
export async function startSystem({ dataFolder, port, workers, access, say }: SystemOptions): Promise<System> {
  const folder = resolve(dataFolder);
  const blobsFolder = join(folder, 'blobs');
  await mkdir(blobsFolder, { recursive: true });
  await using started = new AsyncDisposableStack();
  const record = started.use(await RunRecord.open(join(folder, 'up.json')));
  const urls = await databaseUrls(folder, started, say);
  const common = {
    ...config.inherited,
    GIGASCOPE_BLOBS: blobsFolder,
    GIGASCOPE_STATE: config.inherited['GIGASCOPE_STATE'] ?? folder,
    GIGASCOPE_MODELS: config.modelsFolder,
    LOG_LEVEL: config.logLevel,
  };
  let recordAll = (): void => {};
  const keep = (name: string, entry: URL, env: NodeJS.ProcessEnv): KeptProcess =>
    started.use(
      new KeptProcess({
        name,
        entry,
        env: { ...common, ...env },
        flags: entry === API_ENTRY ? API_FLAGS : [],
        say,
        onStart: () => recordAll(),
      }),
    );
  const crew = Array.from({ length: workers }, () =>
    keep('worker', WORKER_ENTRY, {
      DATABASE_URL: urls.dispatcherUrl,
      ...(config.redisUrl && { REDIS_URL: config.redisUrl }),
    }),
  );
  await Promise.all(crew.map((worker) => worker.ready));
  const api = keep('API', API_ENTRY, {
    DATABASE_URL: urls.appUrl,
    PORT: String(port),
    ...(access && { GIGASCOPE_ACCESS: access }),
  });
  const { url } = Listening.parse(await api.ready);
  // Whoever has the page open finds it again after a restart.
  api.keep({ PORT: new URL(url).port });
  const write = (): Promise<void> =>
    record.write({ command: process.pid, url, api: api.pid, workers: crew.map((worker) => worker.pid) });
  // Whoever is told the address finds it in the record, too.
  await write();
  recordAll = () => void write().catch((error: Error) => say(error.message));
  const running = started.move();
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function databaseUrls(
  folder: string,
  started: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<{ appUrl: string; dispatcherUrl: string }> {
  if (config.databaseUrl !== undefined) return await migrate(config.databaseUrl, { secretsFolder: folder });
  const postgres = started.use(await KeptPostgres.start(join(folder, 'postgres'), say));
  return await migrate(postgres.ownerUrl, { secretsFolder: postgres.folder });
}
