import { sql } from 'kysely';
import type { Connection } from '../connection.ts';
import type { WorkerRow } from '../rows.ts';

/** A worker that was not seen for this long counts as gone. */
export const WORKER_GONE_AFTER_MS = 15_000;

/** The worker processes, by their heartbeats. Writing needs the dispatcher role. */
export class Workers {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Enters a worker, or says that it is alive; call it at least every 5 s. */
  beat(worker: Omit<WorkerRow, 'seenAt'>): Promise<void> {
    return this.#connection.inNoTenant(async (tx) => {
      await tx
        .insertInto('workers')
        .values(worker)
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...worker, seenAt: sql`clock_timestamp()` }))
        .execute();
    });
  }

  /** For a graceful end: its capacity counts no longer. */
  leave(id: string): Promise<void> {
    return this.#connection.inNoTenant(async (tx) => {
      await tx.deleteFrom('workers').where('id', '=', id).execute();
    });
  }

  alive(): Promise<readonly WorkerRow[]> {
    return this.#connection.inNoTenant((tx) =>
      tx
        .selectFrom('workers')
        .selectAll()
        .where('seenAt', '>', sql<Date>`clock_timestamp() - make_interval(secs => ${WORKER_GONE_AFTER_MS / 1000})`)
        .orderBy('id')
        .execute(),
    );
  }
}
