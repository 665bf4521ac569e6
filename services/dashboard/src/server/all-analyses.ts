import { type Analysis, type AnalysisPage, getAnalysis, listAnalyses } from '@gigascope/client';
import { type UseQueryResult, useQuery } from '@tanstack/preact-query';
import { isOver } from '../slide/analysis-order.ts';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';
import { keys } from './queries.ts';

const KEY = [...keys.analyses, 'all'] as const;
const LIVE_MS = 2000;
const QUIET_MS = 10_000;
/** The API's largest page. */
const AT_ONCE = 200;
/** Of the waiting ones so many are looked at each time; those behind them wait longer still. */
const OPEN_PAGES = 5;
/** How many that ended are asked for at once. */
const ENDED_AT_ONCE = 50;

type Filter = NonNullable<Parameters<typeof listAnalyses>[0]>['query'];

/**
 * Every analysis, newest first, by id. All are read once; after that only what is new and what is under way. Polled and
 * not followed: a browser allows six connections to a server, and each running analysis would take one.
 */
export function useAllAnalyses(): UseQueryResult<ReadonlyMap<string, Analysis>, ServerError> {
  return useQuery<ReadonlyMap<string, Analysis>, ServerError>({
    queryKey: KEY,
    queryFn: async ({ client, signal }) => {
      const known = client.getQueryData<ReadonlyMap<string, Analysis>>(KEY);
      return known ? await refreshed(known, signal) : byId(await pages({}, signal));
    },
    structuralSharing: false,
    refetchInterval: ({ state }) => (state.data && anyOpen(state.data) ? LIVE_MS : QUIET_MS),
  });
}

function anyOpen(analyses: ReadonlyMap<string, Analysis>): boolean {
  for (const { state } of analyses.values()) if (!isOver(state)) return true;
  return false;
}

async function refreshed(
  known: ReadonlyMap<string, Analysis>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Analysis>> {
  const fresh = new Map<string, Analysis>();
  const take = (items: readonly Analysis[]): void => {
    for (const item of items) fresh.set(item.id, item);
  };
  take(await pages({}, signal, ({ items }) => items.some(({ id }) => known.has(id))));
  take(await pages({ state: 'running' }, signal, undefined, OPEN_PAGES));
  const waiting = await pages({ state: 'queued' }, signal, undefined, OPEN_PAGES);
  take(waiting);
  // Further back than was looked, a waiting one may well be waiting still.
  const lookedTo = waiting.length < OPEN_PAGES * AT_ONCE ? '' : (waiting.at(-1)?.id ?? '');
  const ended = [...known.values()].filter(
    ({ id, state }) => !isOver(state) && !fresh.has(id) && (state === 'running' || id >= lookedTo),
  );
  take(
    await Promise.all(
      ended.slice(0, ENDED_AT_ONCE).map(({ id }) => asked(getAnalysis({ path: { id }, signal, throwOnError: true }))),
    ),
  );
  return byId([...new Map([...known, ...fresh]).values()]);
}

/** Ids are UUIDv7: the larger, the newer. */
function byId(analyses: readonly Analysis[]): ReadonlyMap<string, Analysis> {
  const newestFirst = analyses.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return new Map(newestFirst.map((analysis) => [analysis.id, analysis]));
}

async function pages(
  filter: NonNullable<Filter>,
  signal: AbortSignal,
  isLast: (page: AnalysisPage) => boolean = () => false,
  most = Number.POSITIVE_INFINITY,
): Promise<Analysis[]> {
  const items: Analysis[] = [];
  let cursor: string | null = null;
  for (let count = 0; count < most; count++) {
    const query: NonNullable<Filter> = { ...filter, limit: AT_ONCE, ...(cursor !== null && { cursor }) };
    const page: AnalysisPage = await asked(listAnalyses({ query, signal, throwOnError: true }));
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null || isLast(page)) break;
  }
  return items;
}
