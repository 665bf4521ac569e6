import { listSlides, type Slide, type SlideClaim, type SlidePage } from '@gigascope/client';
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from '@tanstack/preact-query';
import type { WorklistView } from '../worklist/view.ts';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';
import { keys } from './queries.ts';

/** Of the whole list, per page of it, so that a long one is not asked for all the time; rows in sight are more often. */
const REFRESH_MS = 8000;
const AT_ONCE = 100;
/** The API's most ids. */
const MOST_IDS = 100;
/** How many of the most suspicious are asked for, to claim the first that a colleague was not faster at. */
const CANDIDATES = 10;

type Query = NonNullable<Parameters<typeof listSlides>[0]>['query'];
type Lists = InfiniteData<SlidePage>;

/** The pages that were asked for, as one list. */
export interface LoadedSlides {
  readonly slides: readonly Slide[];
  /** How many pass the filters, loaded or not. */
  readonly total: number;
}

/** The slides that a view shows, in its order, page after page; those there already are shown meanwhile. */
export function useWorklistPages(view: WorklistView): UseInfiniteQueryResult<LoadedSlides, ServerError> {
  return useInfiniteQuery<SlidePage, ServerError, LoadedSlides, readonly unknown[], string | null>({
    queryKey: [...keys.worklist, view],
    queryFn: ({ pageParam, signal }) =>
      asked(
        listSlides({
          query: { ...queryOf(view), limit: AT_ONCE, ...(pageParam && { cursor: pageParam }) },
          signal,
          throwOnError: true,
        }),
      ),
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: loadedOf,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => REFRESH_MS * Math.max(1, state.data?.pages.length ?? 1),
  });
}

/** One and the same function, so that the slides are one and the same array until they change. */
function loadedOf({ pages }: Lists): LoadedSlides {
  // One that went down the list between two pages is on both.
  const slides = new Map(pages.flatMap(({ items }) => items).map((slide) => [slide.id, slide]));
  return { slides: [...slides.values()], total: Math.max(pages[0]?.total ?? 0, slides.size) };
}

/** Asks for these slides anew and shows them where they are listed; their order waits for the list's own refresh. */
export async function refreshSlides(
  client: QueryClient,
  { model }: WorklistView,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const query: Query = { ids: ids.slice(0, MOST_IDS).join(','), limit: MOST_IDS, worklist: 'true' };
  const { items } = await asked(
    listSlides({ query: { ...query, ...(model !== null && { scoreModel: model }) }, signal, throwOnError: true }),
  );
  const fresh = new Map(items.map((slide) => [slide.id, slide]));
  change(client, (slide) => fresh.get(slide.id) ?? slide);
}

/** Writes into the lists who holds a slide. */
export function showClaim(client: QueryClient, slideId: string, claimedBy: SlideClaim | null): void {
  change(client, (slide) => (slide.id === slideId ? { ...slide, claimedBy } : slide));
}

/** Those of a view that have a score and that nobody holds or has begun to review, the most suspicious first. */
export async function mostSuspicious(view: WorklistView): Promise<readonly Slide[]> {
  const query: Query = { ...queryOf(view), sort: 'score', review: 'untouched', limit: CANDIDATES };
  const { items } = await asked(listSlides({ query, throwOnError: true }));
  return items.filter(({ worklist }) =>
    worklist?.analyses.some(({ state, score }) => state === 'succeeded' && score !== null),
  );
}

function change(client: QueryClient, changed: (slide: Slide) => Slide): void {
  client.setQueriesData<Lists>(
    { queryKey: keys.worklist },
    (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(changed) })) },
  );
}

function queryOf({ sort, text, state, review, model, caseRef, from, to }: WorklistView) {
  return {
    worklist: 'true' as const,
    sort,
    ...(text.trim() && { q: text.trim() }),
    ...(state !== null && { standing: state }),
    ...(review !== null && { review }),
    ...(model !== null && { scoreModel: model }),
    ...(caseRef.trim() && { caseRef: caseRef.trim() }),
    ...(from && { createdFrom: startOf(from, 0) }),
    ...(to && { createdTo: startOf(to, 1) }),
  } satisfies Query;
}

/** When a day begins by this clock, so many days later. */
function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
