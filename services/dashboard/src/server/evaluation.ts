import {
  addAnnotations,
  evaluateModel,
  getAgreement,
  getReaderStudy,
  listAnalyses,
  listAnnotations,
  listSlides,
} from '@gigascope/client';
import type { Agreement, Analysis, AnnotationSet, Evaluation, ReaderStudy, Slide } from '@gigascope/contracts/http';
import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/preact-query';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';

const sets = (slideId: string): readonly string[] => ['annotations', slideId];

export function useEvaluation(model: string | null): UseQueryResult<Evaluation, ServerError> {
  return useQuery<Evaluation, ServerError>({
    queryKey: ['evaluation', model],
    queryFn: async ({ signal }) =>
      (await asked(evaluateModel({ query: { model: model ?? '' }, signal, throwOnError: true }))) as Evaluation,
    enabled: model !== null,
    staleTime: 60_000,
  });
}

export function useReaderStudy(model: string | null): UseQueryResult<ReaderStudy, ServerError> {
  return useQuery<ReaderStudy, ServerError>({
    queryKey: ['reader-study', model],
    queryFn: async ({ signal }) =>
      (await asked(getReaderStudy({ query: { model: model ?? '' }, signal, throwOnError: true }))) as ReaderStudy,
    enabled: model !== null,
    staleTime: 60_000,
  });
}

/** Slides to choose from, the newest. */
export function useSomeSlides(): UseQueryResult<readonly Slide[], ServerError> {
  return useQuery<readonly Slide[], ServerError>({
    queryKey: ['slides', 'to-compare'],
    queryFn: async ({ signal }) =>
      (await asked(listSlides({ query: { limit: 200 }, signal, throwOnError: true }))).items as unknown as Slide[],
  });
}

export function useTruthSets(slideId: string): UseQueryResult<readonly AnnotationSet[], ServerError> {
  return useQuery<readonly AnnotationSet[], ServerError>({
    queryKey: sets(slideId),
    queryFn: async ({ signal }) =>
      (await asked(listAnnotations({ path: { id: slideId }, signal, throwOnError: true }))).items as AnnotationSet[],
    select: (items) => items.filter(({ kind }) => kind === 'truth'),
  });
}

/** The newest finished analysis of a slide by a model; null where there is none. */
export function useNewestResult(slideId: string, model: string): UseQueryResult<Analysis | null, ServerError> {
  return useQuery<Analysis | null, ServerError>({
    queryKey: ['analyses', 'newest-result', slideId, model],
    queryFn: async ({ signal }) => {
      const { items } = await asked(listAnalyses({ query: { slideId, limit: 50 }, signal, throwOnError: true }));
      const own = (items as unknown as Analysis[]).filter(
        ({ model: { name }, state }) => name === model && state === 'succeeded',
      );
      return own.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0] ?? null;
    },
  });
}

export function useAgreement(analysisId: string, annotations: string): UseQueryResult<Agreement, ServerError> {
  return useQuery<Agreement, ServerError>({
    queryKey: ['agreement', analysisId, annotations],
    queryFn: async ({ signal }) =>
      (await asked(
        getAgreement({ path: { id: analysisId }, query: { annotations }, signal, throwOnError: true }),
      )) as Agreement,
  });
}

export function useAddTruth(slideId: string): UseMutationResult<unknown, ServerError, File> {
  const client = useQueryClient();
  return useMutation<unknown, ServerError, File>({
    mutationFn: async (file) =>
      asked(
        addAnnotations({
          path: { id: slideId },
          query: { kind: 'truth', name: file.name.slice(0, 200), format: formatOf(file.name) },
          body: file,
          bodySerializer: null,
          headers: { 'Content-Type': mediaTypeOf(file.name) },
          throwOnError: true,
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: sets(slideId) });
      await client.invalidateQueries({ queryKey: ['evaluation'] });
    },
  });
}

function formatOf(name: string): 'asap-xml' | 'camelyon-csv' | 'qupath-geojson' {
  if (/\.xml$/i.test(name)) return 'asap-xml';
  return /\.csv$/i.test(name) ? 'camelyon-csv' : 'qupath-geojson';
}

function mediaTypeOf(name: string): string {
  return { 'asap-xml': 'application/xml', 'camelyon-csv': 'text/csv', 'qupath-geojson': 'application/geo+json' }[
    formatOf(name)
  ];
}
