import type pg from 'pg';
import type { Connection } from './connection.ts';

const RETRY_MS = 500;
const RETRY_MOST_MS = 5_000;

/** Called with the payload; with null when notifications may have been missed. */
type Heard = (payload: string | null) => void;

/**
 * One connection of its own that LISTENs, opened with the first subscription. When it is lost it is made again, and every
 * subscriber is then woken with null, since what was notified meanwhile is gone.
 */
export class Listener implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #heard = new Map<string, Set<Heard>>();
  #client: pg.Client | undefined;
  #connecting: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  on(channel: string, heard: Heard): Disposable {
    const all = this.#heard.get(channel) ?? new Set();
    if (!this.#heard.has(channel)) this.#heard.set(channel, all);
    // A wrapper, so that the same function given twice is heard twice and ended once.
    const own: Heard = (payload) => heard(payload);
    all.add(own);
    if (this.#client === undefined) this.#connect();
    else this.#listen(this.#client, channel).catch(() => {});
    return { [Symbol.dispose]: () => void all.delete(own) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#connecting;
    await this.#client?.end().catch(() => {});
  }

  #connect(): void {
    if (this.#closed || this.#connecting !== undefined) return;
    clearTimeout(this.#retry);
    this.#connecting = this.#open().finally(() => {
      this.#connecting = undefined;
    });
  }

  async #open(): Promise<void> {
    const client = this.#connection.newClient('listener');
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    client.on('notification', ({ channel, payload }) => {
      for (const heard of this.#heard.get(channel) ?? []) heard(payload ?? '');
    });
    try {
      await client.connect();
      for (const channel of this.#heard.keys()) await this.#listen(client, channel);
    } catch {
      await client.end().catch(() => {});
      return this.#later();
    }
    this.#client = client;
    this.#failures = 0;
    // Channels that were asked for while the connection was being made.
    for (const channel of this.#heard.keys()) this.#listen(client, channel).catch(() => {});
    for (const all of this.#heard.values()) for (const heard of all) heard(null);
  }

  async #listen(client: pg.Client, channel: string): Promise<void> {
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    client.end().catch(() => {});
    this.#later();
  }

  #later(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#failures++;
    this.#retry = setTimeout(() => this.#connect(), Math.min(RETRY_MOST_MS, RETRY_MS * this.#failures));
  }
}
