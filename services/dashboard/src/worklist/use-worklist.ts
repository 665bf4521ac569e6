import { useCallback, useMemo } from 'preact/hooks';
import type { ServerError } from '../server/http.ts';
import { useThresholds } from '../server/thresholds.ts';
import { useWorklistPages } from '../server/worklist-pages.ts';
import { useStore } from '../ui/store.ts';
import { entryOf, type ThresholdOf, type WorklistEntry } from './entry.ts';
import { useDebounced } from './use-debounced.ts';
import type { WorklistView } from './view.ts';
import { worklistView } from './view-store.ts';

/** How long a search waits for the next letter. */
const TYPING_MS = 250;

export interface Worklist {
  readonly view: WorklistView;
  /** In the order shown, as many as were loaded. */
  readonly entries: readonly WorklistEntry[];
  /** How many there are, loaded or not. */
  readonly total: number;
  readonly thresholdOf: ThresholdOf;
  readonly state: 'loading' | 'failed' | 'shown';
  /** Of the last attempt; the slides may be there from one before. */
  readonly error: ServerError | null;
  readonly retry: () => void;
  /** Loads the next page; null where there is none, or it is on its way. */
  readonly more: (() => void) | null;
  /** Loads the rest and answers the ids of all. */
  readonly all: () => Promise<readonly string[]>;
}

/** The laboratory's slides with what is known of each, filtered and ordered as the view says. */
export function useWorklist(): Worklist {
  const view = useStore(worklistView);
  const { text, caseRef } = view;
  const typed = useDebounced(
    useMemo(() => ({ text, caseRef }), [text, caseRef]),
    TYPING_MS,
  );
  const pages = useWorklistPages({ ...view, ...typed });
  const { data, error, hasNextPage, isFetching, isError, isPlaceholderData, fetchNextPage, refetch } = pages;
  const entries = useMemo(() => (data?.slides ?? []).map(entryOf), [data]);
  const all = useCallback(async () => {
    let last = await fetchNextPage({ cancelRefetch: false });
    while (last.hasNextPage && !last.isError) last = await fetchNextPage({ cancelRefetch: false });
    return (last.data?.slides ?? []).map(({ id }) => id);
  }, [fetchNextPage]);
  return {
    ...{ view, entries, all, error },
    total: data?.total ?? 0,
    thresholdOf: useThresholds(),
    state: data ? 'shown' : error ? 'failed' : 'loading',
    retry: () => void refetch(),
    more: hasNextPage && !isFetching && !isError && !isPlaceholderData ? () => void fetchNextPage() : null,
  };
}
