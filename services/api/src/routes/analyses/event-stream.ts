import { ANALYSIS_EVENT, type AnalysisEvent, type AnalysisState } from '@gigascope/contracts/http';
import type { EventRow, QueuePlace, Store } from '@gigascope/store';
import { presentFailure } from '../../present/failure.ts';
import { presentProgress } from '../../present/progress.ts';
import { Bell } from '../bell.ts';

const OVER: ReadonlySet<AnalysisState> = new Set(['succeeded', 'failed', 'canceled']);
const PAGE = 100;
const HEARTBEAT_MS = 15_000;

export interface EventStreamOptions {
  readonly store: Store;
  readonly tenantId: string;
  readonly analysisId: string;
  /** Sequence of the last event that the client has; 0: none. */
  readonly after: number;
  readonly signal: AbortSignal;
}

export function isOver(state: AnalysisState): boolean {
  return OVER.has(state);
}

/**
 * An analysis's events as the text of a server-sent event stream: those already recorded, then each new one, a comment
 * every 15 s in between, and an end after the last. A page is read only when the one before was taken, so a slow client
 * costs one page of memory, and nothing is lost to it.
 */
export async function* eventStream(options: EventStreamOptions): AsyncGenerator<string> {
  const { store, tenantId, analysisId, signal } = options;
  let seq = options.after;
  let blocksStartedAt = (await store.analyses.get(tenantId, analysisId))?.blocksStartedAt ?? null;
  const bell = new Bell(signal);
  using _subscription = store.events.subscribe((id) => {
    if (id === null || id === analysisId) bell.ring();
  });
  yield 'retry: 2000\n\n';
  while (!signal.aborted) {
    const rows = await store.events.since(tenantId, analysisId, seq, PAGE);
    for (const row of rows) {
      if (row.kind === 'planned') blocksStartedAt = row.at;
      seq = row.seq;
      // The place in the queue is of now, so it belongs to the newest event only.
      const asked = row === rows.at(-1) && row.data.state === 'queued';
      const place = asked ? await store.analyses.place(tenantId, analysisId) : null;
      yield format(present(row, blocksStartedAt, place));
      if (isOver(row.data.state)) return;
    }
    // Also without a bell: a notification may have been lost with its connection.
    if (rows.length === 0 && !(await bell.heard(HEARTBEAT_MS))) yield ': still here\n\n';
  }
}

function present(
  { seq, kind, data, at }: EventRow,
  blocksStartedAt: Date | null,
  queuePlace: QueuePlace | null,
): AnalysisEvent {
  const progress = presentProgress(data, { blocksStartedAt, at, queuePlace });
  const error = presentFailure(data.code ?? null, null);
  return { seq, kind, state: data.state, at: at.toISOString(), progress, error };
}

function format(event: AnalysisEvent): string {
  return `id: ${event.seq}\nevent: ${ANALYSIS_EVENT}\ndata: ${JSON.stringify(event)}\n\n`;
}
