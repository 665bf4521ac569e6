import { execFile } from 'node:child_process';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { GigascopeError } from '@gigascope/contracts';
import pg from 'pg';
import { newPassword } from '../role-secrets.ts';
import { writeSecret } from '../write-secret.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { freePort } from './free-port.ts';
import { isPostgres, readPostmasterFile } from './postmaster-file.ts';
import { makeServerFolder, type ServerFolder, SHARED_FOLDER } from './server-folder.ts';
import { type ServerUser, serverUser } from './server-user.ts';

const run = promisify(execFile);
const OWNER = 'gigascope_owner';
const DATABASE = 'gigascope';
const START_TRIES = 4;
const ANSWER_WITHIN_MS = 60_000;

/** Written into the data folder once: reachable from this machine only, over TCP only, with passwords only. */
const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 128MB
wal_level = replica
log_timezone = 'UTC'
timezone = 'UTC'
log_connections = off
`;

export interface EmbeddedOptions {
  /** Everything is kept below it, unless the server's user cannot enter one of its parents (`folder` of the answer says). */
  readonly folder: string;
}

/** 'fast' ends sessions and checkpoints; 'immediate' is a crash, from which the next start recovers. */
export type StopMode = 'fast' | 'immediate';

/** A running server of our own. Disposing it stops it ('fast'). */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** Of the database 'gigascope', as a superuser: for `migrate` only. */
  readonly ownerUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Where its things are kept; also the place for the roles' secrets (MigrateOptions.secretsFolder). */
  readonly folder: string;
  /** PGDATA. */
  readonly dataFolder: string;
  /** It was running already: another process of ours was killed and left it. */
  readonly adopted: boolean;
  stop(mode?: StopMode): Promise<void>;
}

/**
 * Starts PostgreSQL 18 from the npm package's binaries on 127.0.0.1, or adopts the one that runs on this folder. The server
 * is no child of ours (pg_ctl gives it a session of its own), so that neither Ctrl-C nor our death ends it. The port is
 * kept across restarts while it is free.
 *
 * Why not the package's class? It takes SIGTERM for itself, leaves the server behind when the parent is killed, and
 * then refuses to start.
 */
export async function startEmbeddedPostgres({ folder }: EmbeddedOptions): Promise<EmbeddedPostgres> {
  try {
    const user = await serverUser();
    const places = await makeServerFolder(folder, user);
    const binaries = await findBinaries(user, SHARED_FOLDER);
    const server = new Server(places, binaries, user);
    return await server.start();
  } catch (error) {
    if (error instanceof GigascopeError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new GigascopeError('DATABASE_UNAVAILABLE', `the embedded Postgres: ${reason}`, { cause: error });
  }
}

class Server {
  readonly #places: ServerFolder;
  readonly #binaries: Binaries;
  readonly #user: ServerUser | undefined;

  constructor(places: ServerFolder, binaries: Binaries, user: ServerUser | undefined) {
    this.#places = places;
    this.#binaries = binaries;
    this.#user = user;
  }

  async start(): Promise<EmbeddedPostgres> {
    await this.#initialise();
    const password = (await readFile(this.#places.ownerSecret, 'utf8')).trim();
    for (let tries = 1; ; tries++) {
      const running = await readPostmasterFile(this.#places.data);
      const alive = running !== undefined && (await isPostgres(running.pid));
      if (alive) {
        const adopted = await this.#adopt(password);
        if (adopted !== undefined) return adopted;
      } else if (running !== undefined) {
        // Its server is gone; the number may belong to another process by now, and pg_ctl would take that for a server.
        await rm(join(this.#places.data, 'postmaster.pid'), { force: true });
      }
      try {
        return await this.#launch(password);
      } catch (error) {
        // Another process may have started it meanwhile, the port may be taken, old backends may still hold the memory.
        if (tries === START_TRIES) throw await this.#withLog(error);
        await sleep(500 * tries);
      }
    }
  }

  /** Makes the data folder aside and moves it into place whole, so that a killed initdb leaves nothing half-made. */
  async #initialise(): Promise<void> {
    const { data, home, ownerSecret } = this.#places;
    if (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined)) return;
    const password = newPassword();
    const draft = join(home, `data.${process.pid}`);
    const passwordFile = `${draft}.password`;
    try {
      await writeSecret(passwordFile, password);
      if (this.#user !== undefined) await chown(passwordFile, this.#user.uid, this.#user.gid);
      await this.#run(this.#binaries.initdb, [
        ...['-D', draft, '-U', OWNER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
        ...['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-instructions', '--data-checksums'],
      ]);
      const conf = join(draft, 'postgresql.conf');
      await writeFile(conf, SETTINGS, { flag: 'a' });
      // The secret first: a data folder in place always has its password.
      await writeSecret(ownerSecret, password);
      await rename(draft, data);
    } finally {
      await rm(passwordFile, { force: true });
      await rm(draft, { recursive: true, force: true });
    }
  }

  async #launch(password: string): Promise<EmbeddedPostgres> {
    const { data, log, port: portFile } = this.#places;
    const recorded = Number(await readFile(portFile, 'utf8').catch(() => Number.NaN));
    const port = await freePort(recorded > 0 ? recorded : undefined);
    await this.#run(this.#binaries.pgCtl, ['start', '-D', data, '-l', log, '-w', '-t', '60', '-o', `-p ${port}`]);
    const file = await readPostmasterFile(data);
    if (file === undefined) throw new Error('it ended right after its start');
    await writeFile(portFile, `${port}\n`);
    await this.#makeDatabase(port, password);
    return this.#running(file.pid, port, password, false);
  }

  /** undefined when it does not come to answer: it was about to end. */
  async #adopt(password: string): Promise<EmbeddedPostgres | undefined> {
    for (const end = Date.now() + ANSWER_WITHIN_MS; Date.now() < end; await sleep(100)) {
      const file = await readPostmasterFile(this.#places.data);
      if (file === undefined || !(await isPostgres(file.pid))) return undefined;
      if (file.port === undefined) continue;
      try {
        await this.#makeDatabase(file.port, password);
      } catch {
        continue;
      }
      await writeFile(this.#places.port, `${file.port}\n`);
      return this.#running(file.pid, file.port, password, true);
    }
    throw new Error('a server runs on the folder and does not answer');
  }

  #running(pid: number, port: number, password: string, adopted: boolean): EmbeddedPostgres {
    const { root, data } = this.#places;
    const stop = async (mode: StopMode = 'fast'): Promise<void> => {
      const file = await readPostmasterFile(data);
      if (file === undefined || !(await isPostgres(file.pid))) return;
      await this.#run(this.#binaries.pgCtl, ['stop', '-D', data, '-m', mode, '-w', '-t', '60']);
    };
    const ownerUrl = urlOf(port, password, DATABASE);
    return {
      ...{ ownerUrl, port, pid, folder: root, dataFolder: data, adopted, stop },
      [Symbol.asyncDispose]: () => stop('fast'),
    };
  }

  async #makeDatabase(port: number, password: string): Promise<void> {
    const client = new pg.Client({
      connectionString: urlOf(port, password, 'postgres'),
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
      if (rows.length === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** In a session of its own, with nothing of ours open: a pipe of ours would keep the server's parent waiting. */
  async #run(program: string, args: readonly string[]): Promise<void> {
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
    await run(program, [...args], { cwd: this.#places.home, env, ...this.#user });
  }

  async #withLog(error: unknown): Promise<Error> {
    const log = await readFile(this.#places.log, 'utf8').catch(() => '');
    const reason = error instanceof Error ? error.message : String(error);
    return new Error(`${reason}; the end of its log: ${log.trim().split('\n').slice(-5).join(' | ')}`, {
      cause: error,
    });
  }
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}`;
}
