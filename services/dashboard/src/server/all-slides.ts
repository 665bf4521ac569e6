import { listSlides, type Slide, type SlideClaim, type SlidePage } from '@gigascope/client';
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import type { WorklistView } from '../worklist/view.ts';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';
import { keys } from './queries.ts';

const LIVE_MS = 2000;
/** Per page of the list, so that a long one is not asked for all the time. */
const QUIET_MS = 8000;
/** The API's largest page. */
const AT_ONCE = 200;

const KEY = [...keys.slides, 'all'] as const;

/** What of a view the server filters by. */
export type SlideFilter = Pick<WorklistView, 'text' | 'caseRef' | 'from' | 'to'> & { readonly refused: boolean };

/** All slides that pass, page after page; those there already are shown meanwhile. */
export function useAllSlides(filter: SlideFilter): UseInfiniteQueryResult<readonly Slide[], ServerError> {
  const slides = useInfiniteQuery<
    SlidePage,
    ServerError,
    readonly Slide[],
    readonly [...typeof KEY, SlideFilter],
    string | null
  >({
    queryKey: [...KEY, filter],
    queryFn: ({ pageParam, signal }) =>
      asked(
        listSlides({
          query: { ...queryOf(filter), ...(pageParam && { cursor: pageParam }) },
          signal,
          throwOnError: true,
        }),
      ),
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    select: itemsOf,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      const pages = state.data?.pages ?? [];
      const checking = pages.some((page) =>
        page.items.some(({ state }) => state === 'received' || state === 'verified'),
      );
      return checking && pages.length === 1 ? LIVE_MS : QUIET_MS * Math.max(1, pages.length);
    },
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = slides;
  // `data` too: a page can come so quickly that nothing else is seen to change.
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [data, hasNextPage, isFetching, isError, fetchNextPage]);
  return slides;
}

/** One and the same function, so that the slides are one and the same array until they change. */
const itemsOf = ({ pages }: InfiniteData<SlidePage>): readonly Slide[] => pages.flatMap((page) => page.items);

function queryOf({ text, caseRef, from, to, refused }: SlideFilter) {
  return {
    limit: AT_ONCE,
    ...(text.trim() && { q: text.trim() }),
    ...(caseRef.trim() && { caseRef: caseRef.trim() }),
    ...(refused && { state: 'rejected' as const }),
    ...(from && { createdFrom: startOf(from, 0) }),
    ...(to && { createdTo: startOf(to, 1) }),
  };
}

/** When a day begins by this clock, so many days later. */
function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** Writes into the lists who holds a slide. */
export function showClaim(client: QueryClient, slideId: string, claimedBy: SlideClaim | null): void {
  client.setQueriesData<InfiniteData<SlidePage>>({ queryKey: KEY }, (data) => {
    if (!data) return data;
    const changed = (slide: Slide): Slide => (slide.id === slideId ? { ...slide, claimedBy } : slide);
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(changed) })) };
  });
}
