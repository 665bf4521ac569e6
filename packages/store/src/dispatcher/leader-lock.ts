import type pg from 'pg';
import type { Connection } from '../connection.ts';

/** "lead" and "hook"; one session of the database holds each. */
const LOCKS = { dispatcher: 0x6c656164, webhooks: 0x686f6f6b } as const;
/** A leader that says nothing for this long is suspended or out of reach: the server ends its session, and the lock with it. */
const SILENT_MS = 8_000;
const SAY_EVERY_MS = 2_000;

/** Makes one of many processes the leader: an advisory lock on a connection of its own, so that it ends with the process. */
export class LeaderLock implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #lock: number;
  #client: pg.Client | undefined;
  #held = false;
  #saidAtMs = 0;

  constructor(connection: Connection, of: keyof typeof LOCKS) {
    this.#connection = connection;
    this.#lock = LOCKS[of];
  }

  /** False as soon as the connection is lost: the server gave the lock up with it. */
  get held(): boolean {
    return this.#held;
  }

  /**
   * Tries once, or says that the holder lives; answers whether the lock is held now. Call it every few seconds while it is.
   * Throws what pg throws when the database cannot be reached.
   */
  async acquire(): Promise<boolean> {
    if (this.#held && performance.now() - this.#saidAtMs < SAY_EVERY_MS) return true;
    const client = this.#client ?? (await this.#connect());
    this.#saidAtMs = performance.now();
    if (this.#held) {
      await client.query('SELECT');
      return this.#held;
    }
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS held', [this.#lock]);
    this.#held = this.#client === client && rows[0]?.held === true;
    return this.#held;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#held = false;
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<pg.Client> {
    const client = this.#connection.newClient('leader');
    const lost = () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      this.#held = false;
    };
    client.on('error', lost);
    client.on('end', lost);
    try {
      await client.connect();
      await client.query(`SET idle_session_timeout = ${SILENT_MS}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    this.#client = client;
    return client;
  }
}
