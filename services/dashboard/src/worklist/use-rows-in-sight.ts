import { useQueryClient } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { refreshSlides } from '../server/worklist-pages.ts';
import type { VirtualRows } from '../ui/use-virtual-rows.ts';
import { stateOf, type WorklistEntry } from './entry.ts';
import type { Worklist } from './use-worklist.ts';

const LIVE_MS = 2000;
const QUIET_MS = 10_000;
/** The next page is asked for when so few rows are left. */
const AHEAD = 40;

/**
 * The entries in sight, which it keeps as they are at the server, often while an analysis is under way; and it loads on as
 * the end comes near. Polled and not followed: a browser allows six connections to a server, and each running analysis
 * would take one.
 */
export function useRowsInSight(list: Worklist, rows: VirtualRows): readonly WorklistEntry[] {
  const client = useQueryClient();
  const { entries, view, more } = list;
  const shown = entries.slice(rows.from, rows.to);
  const isNearEnd = rows.to > entries.length - AHEAD;
  useEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, more]);

  const ids = shown.map(({ slide }) => slide.id).join(' ');
  const isLive = shown.some((entry) => ['open', 'checking'].includes(stateOf(entry)));
  useEffect(() => {
    if (ids === '' || rows.isScrolling) return;
    const left = new AbortController();
    const timer = setInterval(
      // A server that is not there shows by the list's own requests.
      () => void refreshSlides(client, view, ids.split(' '), left.signal).catch(() => {}),
      isLive ? LIVE_MS : QUIET_MS,
    );
    return () => {
      clearInterval(timer);
      left.abort();
    };
  }, [client, view, ids, isLive, rows.isScrolling]);
  return shown;
}
