import type { Connection } from '../connection.ts';
import type { Listener } from '../listener.ts';
import type { EventRow } from '../rows.ts';
import { EVENTS_CHANNEL } from './append-event.ts';

/** What happened to analyses, in order. */
export class Events {
  readonly #connection: Connection;
  readonly #listener: Listener;

  constructor(connection: Connection, listener: Listener) {
    this.#connection = connection;
    this.#listener = listener;
  }

  /** The events after `seq` (0: all), in order. */
  since(tenantId: string, analysisId: string, seq: number, limit: number): Promise<readonly EventRow[]> {
    return this.#connection.inTenant(tenantId, (tx) =>
      tx
        .selectFrom('events')
        .select(['analysisId', 'seq', 'kind', 'data', 'at'])
        .where('tenantId', '=', tenantId)
        .where('analysisId', '=', analysisId)
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(limit)
        .execute(),
    );
  }

  /**
   * Calls `listener` with the id of an analysis that has new events and with its batch's, and with null when any may have:
   * after a lost connection was made again. It only wakes: read with `since`. Ids of all laboratories pass here.
   */
  subscribe(listener: (id: string | null) => void): Disposable {
    return this.#listener.on(EVENTS_CHANNEL, listener);
  }
}
