import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from './fixtures.ts';

export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  flushAll(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** On the same port and append-only file. */
  restart(): Promise<void>;
}

/** The system's redis-server on a free port, with its append-only file in a temporary folder. */
export async function startRedis(): Promise<TestRedis> {
  const folder = await temporaryFolder();
  const port = await freePort();
  let server = await launch(folder.path, port);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return server.pid as number;
    },
    async flushAll() {
      const answer = await command(port, 'FLUSHALL');
      if (!answer.startsWith('+OK')) throw new Error(`FLUSHALL: ${answer}`);
    },
    kill,
    async restart() {
      server = await launch(folder.path, port);
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function launch(folder: string, port: number): Promise<ChildProcess> {
  const options = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--bind', '127.0.0.1'];
  const server = spawn('redis-server', ['--port', String(port), '--dir', folder, ...options], { stdio: 'ignore' });
  // Without it every test that needs it would time out one by one.
  const missing = once(server, 'error').then(([error]) => {
    throw new Error(`redis-server could not be started; scripts/setup.sh --with-test-packages installs it (${error})`);
  });
  await Promise.race([missing, answers(port)]);
  missing.catch(() => {});
  return server;
}

async function answers(port: number): Promise<void> {
  // A server that still loads its file answers PING with an error.
  while (!(await command(port, 'PING').catch(() => '')).startsWith('+PONG')) await sleep(20);
}

/** One inline command of the Redis protocol and the first bytes of its answer. */
async function command(port: number, words: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(`${words}\r\n`);
    const [answer] = await once(socket, 'data');
    return String(answer);
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
