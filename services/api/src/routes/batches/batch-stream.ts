import { setTimeout as sleep } from 'node:timers/promises';
import { BATCH_EVENT, type BatchEvent } from '@gigascope/contracts/http';
import type { Store } from '@gigascope/store';
import { endedOf, presentBatch } from '../../present/batch.ts';
import { Bell } from '../bell.ts';

/** Counting 10,000 analyses takes some milliseconds, and people see no more. */
const PAUSE_MS = 1_000;
const HEARTBEAT_MS = 15_000;

export interface BatchStreamOptions {
  readonly store: Store;
  readonly tenantId: string;
  readonly batchId: string;
  readonly signal: AbortSignal;
}

/**
 * How a batch stands, as the text of a server-sent event stream: now, and after each change, at most once a second; a
 * comment every 15 s in between. Each event says everything, so none has to be kept, and one who comes back gets the
 * newest. The stream ends with the event after which nothing is open.
 */
export async function* batchStream(options: BatchStreamOptions): AsyncGenerator<string> {
  const { store, tenantId, batchId, signal } = options;
  const bell = new Bell(signal);
  using _subscription = store.events.subscribe((id) => {
    if (id === null || id === batchId) bell.ring();
  });
  yield 'retry: 2000\n\n';
  let last = '';
  while (!signal.aborted) {
    const row = await store.batches.get(tenantId, batchId);
    if (row === null) return;
    const seen = JSON.stringify(row);
    if (seen !== last) {
      const batch = presentBatch(row, await store.batches.etaSeconds(tenantId, batchId));
      yield format({ seq: endedOf(row), at: new Date().toISOString(), batch });
    }
    if (row.queued + row.running === 0) return;
    // Also without a bell: a notification may have been lost with its connection.
    if (!(await bell.heard(HEARTBEAT_MS)) && seen === last) yield ': still here\n\n';
    last = seen;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}

function format(event: BatchEvent): string {
  return `id: ${event.seq}\nevent: ${BATCH_EVENT}\ndata: ${JSON.stringify(event)}\n\n`;
}
