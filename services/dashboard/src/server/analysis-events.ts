import type { Analysis, AnalysisEvent, AnalysisPage } from '@gigascope/contracts/http';
import { ANALYSIS_EVENT, paths } from '@gigascope/contracts/paths';
import type { QueryClient } from '@tanstack/preact-query';
import { isOver } from '../slide/analysis-order.ts';
import { connection } from './connection.ts';
import { analysesChanged, keys } from './queries.ts';

const REOPEN_MS = 3000;

/**
 * Follows one analysis until it is over and writes each event into the query cache. The browser reconnects by itself and
 * sends Last-Event-ID; where it gives up (an error answer) a new stream is opened, and its repeated events are skipped.
 * Returns the function that stops.
 */
export function followAnalysis(client: QueryClient, analysis: Analysis): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastSeq = 0;

  const open = (): void => {
    source = new EventSource(paths.events(analysis.id));
    source.addEventListener('open', () => connection.set('online'));
    source.addEventListener(ANALYSIS_EVENT, (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as AnalysisEvent;
      if (event.seq <= lastSeq) return;
      lastSeq = event.seq;
      client.setQueryData<AnalysisPage>(
        keys.ofSlide(analysis.slideId),
        (page) => page && withEvent(page, analysis.id, event),
      );
      if (!isOver(event.state)) return;
      stop();
      // Score and times are not in the event; the row has them.
      void analysesChanged(client);
    });
    source.addEventListener('error', () => {
      if (source?.readyState === EventSource.CONNECTING) connection.set('offline');
      if (source?.readyState !== EventSource.CLOSED || timer) return;
      timer = setTimeout(() => {
        timer = null;
        open();
      }, REOPEN_MS);
    });
  };
  const stop = (): void => {
    source?.close();
    if (timer) clearTimeout(timer);
  };
  open();
  return stop;
}

function withEvent(page: AnalysisPage, analysisId: string, { state, progress, error }: AnalysisEvent): AnalysisPage {
  const items = page.items.map((item) =>
    item.id === analysisId ? { ...item, state, error, progress: progress ?? item.progress } : item,
  );
  return { ...page, items };
}
