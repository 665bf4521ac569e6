import {
  type Analysis,
  type AnalysisPage,
  type Batch,
  type BatchEvent,
  type BatchPage,
  cancelBatch,
  getBatch,
  listAnalyses,
  listBatches,
  rerunAnalysis,
  type SubmitBatchData,
  submitBatch,
} from '@gigascope/client';
import { paths } from '@gigascope/contracts/paths';
import {
  type InfiniteData,
  keepPreviousData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';
import { analysesChanged } from './queries.ts';

const LIST = ['batches', 'list'] as const;
const keyOf = (id: string) => ['batches', 'one', id] as const;
const LIVE_MS = 3000;
const QUIET_MS = 15_000;

/** Batches, newest first. */
export function useBatches(): UseInfiniteQueryResult<readonly Batch[], ServerError> {
  return useInfiniteQuery<BatchPage, ServerError, readonly Batch[], typeof LIST, string | null>({
    queryKey: LIST,
    queryFn: ({ pageParam, signal }) =>
      asked(listBatches({ query: { limit: 50, ...(pageParam && { cursor: pageParam }) }, signal, throwOnError: true })),
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    select: itemsOf,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.items.some(isOpen)) ? LIVE_MS : QUIET_MS),
  });
}

export const isOpen = ({ counts }: Batch): boolean => counts.queued + counts.running > 0;

/** One batch, followed by its events until it is over. */
export function useBatch(id: string): UseQueryResult<Batch, ServerError> {
  const client = useQueryClient();
  const batch = useQuery<Batch, ServerError>({
    queryKey: keyOf(id),
    queryFn: ({ signal }) => asked(getBatch({ path: { id }, signal, throwOnError: true })),
    // Where events do not come through a proxy.
    refetchInterval: QUIET_MS,
  });
  const follows = batch.data !== undefined && isOpen(batch.data);
  useEffect(() => {
    if (!follows) return;
    const source = new EventSource(paths.batchEvents(id));
    source.addEventListener('batch', ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as BatchEvent;
      client.setQueryData<Batch>(keyOf(id), event.batch);
      void client.invalidateQueries({ queryKey: ['batches', 'analyses', id] });
    });
    return () => source.close();
  }, [client, id, follows]);
  return batch;
}

/** Analyses of a batch, newest first, in one state or in all. */
export function useBatchAnalyses(
  id: string,
  state: Analysis['state'] | null,
): UseInfiniteQueryResult<readonly Analysis[], ServerError> {
  return useInfiniteQuery<
    AnalysisPage,
    ServerError,
    readonly Analysis[],
    readonly [string, string, string, string | null],
    string | null
  >({
    queryKey: ['batches', 'analyses', id, state],
    queryFn: ({ pageParam, signal }) =>
      asked(
        listAnalyses({
          query: { batchId: id, limit: 100, ...(state && { state }), ...(pageParam && { cursor: pageParam }) },
          signal,
          throwOnError: true,
        }),
      ),
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    select: itemsOf,
    placeholderData: keepPreviousData,
  });
}

const itemsOf = <T>({ pages }: InfiniteData<{ readonly items: readonly T[] }>): readonly T[] =>
  pages.flatMap((page) => page.items);

/** A batch as JSON, or as a table. */
export type NewBatch = SubmitBatchData['body'] | { readonly csv: string; readonly name: string };

export function useSubmitBatch(): UseMutationResult<Batch, ServerError, NewBatch> {
  const client = useQueryClient();
  return useMutation<Batch, ServerError, NewBatch>({
    mutationFn: (batch) => {
      if (!('csv' in batch)) return asked(submitBatch({ body: batch, throwOnError: true }));
      const { csv, name } = batch;
      return asked(
        submitBatch({
          // The API's description has one body; a table is the other that it takes.
          body: csv as unknown as SubmitBatchData['body'],
          bodySerializer: (body: unknown) => body,
          headers: { 'Content-Type': 'text/csv' } as Record<string, string>,
          ...(name && { query: { name } }),
          throwOnError: true,
        }),
      );
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: LIST });
      void analysesChanged(client);
    },
  });
}

export function useCancelBatch(id: string): UseMutationResult<Batch, ServerError, void> {
  const client = useQueryClient();
  return useMutation<Batch, ServerError, void>({
    mutationFn: () => asked(cancelBatch({ path: { id }, body: null, throwOnError: true })),
    onSuccess: (batch) => {
      client.setQueryData(keyOf(id), batch);
      void client.invalidateQueries({ queryKey: ['batches', 'analyses', id] });
      void analysesChanged(client);
    },
  });
}

/** Enters analyses again, with their settings, outside the batch; answers how many. */
export function useRunAgain(): UseMutationResult<number, ServerError, readonly string[]> {
  const client = useQueryClient();
  return useMutation<number, ServerError, readonly string[]>({
    mutationFn: async (ids) => {
      for (const id of ids) await asked(rerunAnalysis({ path: { id }, body: {}, throwOnError: true }));
      return ids.length;
    },
    onSettled: () => analysesChanged(client),
  });
}
