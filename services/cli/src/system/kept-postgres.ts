import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@gigascope/store';

const LOOK_EVERY_MS = 1000;

/** Our own Postgres, started again on its port when it ends without being asked to. Disposing stops it. */
export class KeptPostgres implements AsyncDisposable {
  readonly #folder: string;
  readonly #say: (line: string) => void;
  readonly #stop = new AbortController();
  readonly #watch: Promise<void>;
  #postgres: EmbeddedPostgres;

  private constructor(folder: string, postgres: EmbeddedPostgres, say: (line: string) => void) {
    this.#folder = folder;
    this.#postgres = postgres;
    this.#say = say;
    this.#watch = this.#keep();
  }

  static async start(folder: string, say: (line: string) => void): Promise<KeptPostgres> {
    return new KeptPostgres(folder, await startEmbeddedPostgres({ folder }), say);
  }

  get ownerUrl(): string {
    return this.#postgres.ownerUrl;
  }

  /** Where its things are kept, the roles' secrets too. */
  get folder(): string {
    return this.#postgres.folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#watch;
    await this.#postgres[Symbol.asyncDispose]();
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      if (!(await listens(this.#postgres.port)))
        await this.#startAgain().catch((error: Error) => this.#say(error.message));
    }
  }

  async #startAgain(): Promise<void> {
    this.#say('Postgres ended; it is started again');
    const { port } = this.#postgres;
    const again = await startEmbeddedPostgres({ folder: this.#folder });
    if (again.port === port) {
      this.#postgres = again;
      return;
    }
    // Its clients know the old port; another program cannot hold that for ever.
    await again.stop();
    this.#say(`port ${port} of Postgres is taken by another program`);
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
