import { getModel, getModelCard, type ImportModelData, importModel, listModels } from '@gigascope/client';
import type { Model, ModelDetail } from '@gigascope/contracts/http';
import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/preact-query';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';

const LIST = ['models', 'all'];

/** Every version of every model, newest first. */
export function useAllModels(): UseQueryResult<readonly Model[], ServerError> {
  return useQuery<readonly Model[], ServerError>({
    queryKey: LIST,
    queryFn: async ({ signal }) => (await asked(listModels({ signal, throwOnError: true }))).items as Model[],
  });
}

export function useModel(id: string): UseQueryResult<ModelDetail, ServerError> {
  return useQuery<ModelDetail, ServerError>({
    queryKey: ['models', 'one', id],
    queryFn: async ({ signal }) =>
      (await asked(getModel({ path: { id }, signal, throwOnError: true }))) as unknown as ModelDetail,
  });
}

/** The card as markdown. */
export function useModelCard(id: string): UseQueryResult<string, ServerError> {
  return useQuery<string, ServerError>({
    queryKey: ['models', 'card', id],
    queryFn: async ({ signal }) =>
      String(await asked(getModelCard({ path: { id }, parseAs: 'text', signal, throwOnError: true }))),
  });
}

export interface ModelToImport {
  readonly file: File;
  readonly query: NonNullable<ImportModelData['query']>;
}

export function useImportModel(): UseMutationResult<Model, ServerError, ModelToImport> {
  const client = useQueryClient();
  return useMutation<Model, ServerError, ModelToImport>({
    mutationFn: async ({ file, query }) =>
      (await asked(importModel({ body: file, query, bodySerializer: null, throwOnError: true }))) as Model,
    onSuccess: () => client.invalidateQueries({ queryKey: ['models'] }),
  });
}
