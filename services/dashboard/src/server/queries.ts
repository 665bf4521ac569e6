import type { AnalysisResult } from '@gigascope/contracts';
import type {
  Analysis,
  AnalysisPage,
  DeepZoomDescriptor,
  Model,
  ModelList,
  Slide,
  SlidePage,
  SubmitAnalysis,
} from '@gigascope/contracts/http';
import { paths } from '@gigascope/contracts/paths';
import {
  QueryClient,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/preact-query';
import { newestModels } from '../slide/newest-models.ts';
import { getJson, postJson, type ServerError } from './http.ts';

const LIVE_MS = 2000;
const QUIET_MS = 15_000;

export const keys = {
  slides: ['slides'],
  worklist: ['slides', 'worklist'],
  analyses: ['analyses'],
  ofSlide: (slideId: string) => ['analyses', 'slide', slideId],
  models: ['models'],
  dzi: (slideId: string) => ['dzi', slideId],
  result: (analysisId: string) => ['result', analysisId],
} as const;

export const queryClient = new QueryClient({
  defaultOptions: {
    // 'always': the server may well be on this very machine, where being offline means nothing.
    queries: { networkMode: 'always', retry: false, refetchOnReconnect: true },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** Analyses began, ended or went: whatever shows them asks anew. */
export async function analysesChanged(client: QueryClient): Promise<void> {
  await Promise.all([keys.analyses, keys.worklist].map((queryKey) => client.invalidateQueries({ queryKey })));
}

export function useSlides(): UseInfiniteQueryResult<readonly Slide[], ServerError> {
  return useInfiniteQuery<SlidePage, ServerError, readonly Slide[], readonly string[], string | null>({
    queryKey: keys.slides,
    queryFn: ({ pageParam, signal }) =>
      getJson<SlidePage>(pageParam ? `${paths.slides}?cursor=${encodeURIComponent(pageParam)}` : paths.slides, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    select: ({ pages }) => pages.flatMap((page) => page.items),
    refetchInterval: ({ state }) => {
      const slides = state.data?.pages.flatMap((page) => page.items) ?? [];
      return slides.some((slide) => slide.state === 'received' || slide.state === 'verified') ? LIVE_MS : QUIET_MS;
    },
  });
}

/** All analyses of one slide, newest first. */
export function useAnalyses(slideId: string): UseQueryResult<readonly Analysis[], ServerError> {
  return useQuery<AnalysisPage, ServerError, readonly Analysis[]>({
    queryKey: keys.ofSlide(slideId),
    queryFn: ({ signal }) => getJson<AnalysisPage>(`${paths.analyses}?slideId=${slideId}&limit=50`, signal),
    select: ({ items }) => items.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
    refetchInterval: QUIET_MS,
  });
}

/** A slide that the list does not hold (yet): an address opened directly, or one further down. */
export function useSlide(slideId: string, enabled: boolean): UseQueryResult<Slide, ServerError> {
  return useQuery<Slide, ServerError>({
    queryKey: ['slide', slideId],
    queryFn: ({ signal }) => getJson<Slide>(paths.slide(slideId), signal),
    enabled,
  });
}

export function useModels(): UseQueryResult<readonly Model[], ServerError> {
  return useQuery<ModelList, ServerError, readonly Model[]>({
    queryKey: keys.models,
    queryFn: ({ signal }) => getJson<ModelList>(paths.models, signal),
    select: ({ items }) => newestModels(items),
    staleTime: 60_000,
  });
}

export function useDeepZoom(slideId: string): UseQueryResult<DeepZoomDescriptor, ServerError> {
  return useQuery<DeepZoomDescriptor, ServerError>({
    queryKey: keys.dzi(slideId),
    queryFn: ({ signal }) => getJson<DeepZoomDescriptor>(paths.dzi(slideId), signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A succeeded analysis never changes, so its result is fetched once. */
export function useResult(analysisId: string | null): UseQueryResult<AnalysisResult, ServerError> {
  return useQuery<AnalysisResult, ServerError>({
    queryKey: keys.result(analysisId ?? ''),
    queryFn: ({ signal }) => getJson<AnalysisResult>(paths.result(analysisId ?? ''), signal),
    enabled: analysisId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useSubmit(): UseMutationResult<Analysis, ServerError, SubmitAnalysis> {
  const client = useQueryClient();
  return useMutation<Analysis, ServerError, SubmitAnalysis>({
    mutationFn: (body) => postJson<Analysis>(paths.analyses, body),
    onSuccess: () => analysesChanged(client),
  });
}

export function useCancel(): UseMutationResult<Analysis, ServerError, string> {
  const client = useQueryClient();
  return useMutation<Analysis, ServerError, string>({
    mutationFn: (analysisId) => postJson<Analysis>(paths.cancel(analysisId)),
    onSettled: () => analysesChanged(client),
  });
}
