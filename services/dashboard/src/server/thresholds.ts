import { listModels, type ModelList } from '@gigascope/client';
import { useQuery } from '@tanstack/preact-query';
import { useCallback } from 'preact/hooks';
import type { ThresholdOf } from '../worklist/entry.ts';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';
import { keys } from './queries.ts';

/** Thresholds of all models, older versions too. */
export function useThresholds(): ThresholdOf {
  const { data } = useQuery<ModelList, ServerError>({
    queryKey: keys.models,
    queryFn: ({ signal }) => asked(listModels({ signal, throwOnError: true })),
    staleTime: 60_000,
  });
  return useCallback<ThresholdOf>(
    ({ name, version }) =>
      data?.items.find((model) => model.name === name && model.version === version)?.threshold ?? null,
    [data],
  );
}
