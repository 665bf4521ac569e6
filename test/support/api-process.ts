import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { API_FLAGS } from '@gigascope/processes';
import { type EmbeddedPostgres, openStore, type Store } from '@gigascope/store';
import { temporaryFolder } from './fixtures.ts';
import { startMigratedPostgres } from './postgres-template.ts';

const MAIN = fileURLToPath(new URL('../../services/api/src/main.ts', import.meta.url));
/** Below the blobs. */
const DRAFTS = 'incoming/uploads';

export interface ApiProcess {
  readonly child: ChildProcess;
  readonly url: string;
}

export interface ApiHome extends AsyncDisposable {
  readonly folder: string;
  readonly blobsFolder: string;
  readonly postgres: EmbeddedPostgres;
  readonly store: Store;
  /** Of the one upload under way. */
  draftBytes(): Promise<number>;
  /** Starts the API's process and waits for its address. It is killed at the end where it still runs. */
  start(env?: NodeJS.ProcessEnv): Promise<ApiProcess>;
}

/** A database and a folder for processes of the API. */
export async function openApiHome(): Promise<ApiHome> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(await temporaryFolder());
  const { postgres, urls } = await startMigratedPostgres(join(folder, 'postgres'));
  stack.defer(() => postgres.stop('immediate'));
  const { appUrl } = urls;
  const store = stack.use(openStore({ databaseUrl: appUrl, role: 'app', maxConnections: 2 }));
  const blobsFolder = join(folder, 'blobs');
  const children: ChildProcess[] = [];
  stack.defer(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const owned = stack.move();
  const start = async (env: NodeJS.ProcessEnv = {}): Promise<ApiProcess> => {
    const child = fork(MAIN, [], {
      execArgv: [...API_FLAGS],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        DATABASE_URL: appUrl,
        GIGASCOPE_BLOBS: blobsFolder,
        PORT: '0',
        READERS: '1',
        LOG_LEVEL: 'silent',
        RESERVED_DISK_BYTES: '0',
        MEASURE_QUALITY: 'false',
        ...env,
      },
    });
    children.push(child);
    const [message] = (await once(child, 'message')) as [{ kind: string; url: string }];
    return { child, url: message.url };
  };
  const draftBytes = async (): Promise<number> => {
    const [name = ''] = await readdir(join(blobsFolder, DRAFTS));
    return (await stat(join(blobsFolder, DRAFTS, name))).size;
  };
  return { folder, blobsFolder, postgres, store, start, draftBytes, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The most memory that a process had resident so far, in bytes (Linux). */
export async function peakMemoryBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** A slide's bytes followed by zeros, which readers do not look at, made as they are sent. */
export function paddedSlide(slide: Uint8Array, totalBytes: number): ReadableStream<Uint8Array> {
  const zeros = new Uint8Array(2 ** 18);
  let left = totalBytes - slide.length;
  return new ReadableStream({
    start: (controller) => controller.enqueue(slide),
    pull: (controller) => {
      const size = Math.min(left, zeros.length);
      if (size === 0) return controller.close();
      controller.enqueue(zeros.subarray(0, size));
      left -= size;
    },
  });
}

export async function uploadStream(
  url: string,
  body: ReadableStream,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/api/v1/slides`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'x-slide-name': 'slide.svs', ...headers },
    body,
    duplex: 'half',
  } as RequestInit);
}
