import {
  changeUser,
  createKey,
  createTenant,
  getRetention,
  getSystemStatus,
  listAudit,
  listKeys,
  listTenants,
  listUsers,
  previewRetention,
  revokeKey,
  setRetention,
  verifyAudit,
} from '@gigascope/client';
import {
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/preact-query';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';

const LIVE_MS = 5000;

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A list in pages, all pages so far as one. */
export function usePages<T>(
  key: readonly unknown[],
  load: (cursor: { cursor?: string }, signal: AbortSignal) => Promise<Page<T>>,
): UseInfiniteQueryResult<readonly T[], ServerError> {
  return useInfiniteQuery<Page<T>, ServerError, readonly T[], readonly unknown[], string | null>({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam === null ? {} : { cursor: pageParam }, signal),
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
}

/** Something that changes the server's state, after which `key` is asked for anew. */
export function useChange<T, V>(
  key: readonly unknown[],
  change: (value: V) => Promise<T>,
): UseMutationResult<T, ServerError, V> {
  const client = useQueryClient();
  return useMutation<T, ServerError, V>({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

function useOne<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  everyMs?: number,
): UseQueryResult<T, ServerError> {
  return useQuery<T, ServerError>({
    queryKey: ['admin', key],
    queryFn: ({ signal }) => load(signal),
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  });
}

const throwOnError = true as const;

export const useKeys = () =>
  usePages(['admin', 'keys'], (page, signal) => asked(listKeys({ query: page, signal, throwOnError })));
export type KeyToMake = NonNullable<Parameters<typeof createKey>[0]['body']>;
export const useCreateKey = () =>
  useChange(['admin', 'keys'], (body: KeyToMake) => asked(createKey({ body, throwOnError })));
export const useRevokeKey = () =>
  useChange(['admin', 'keys'], (id: string) => asked(revokeKey({ path: { id }, throwOnError })));

export const useUsers = () =>
  usePages(['admin', 'users'], (page, signal) => asked(listUsers({ query: page, signal, throwOnError })));
export type UserEdit = { readonly id: string } & NonNullable<Parameters<typeof changeUser>[0]['body']>;
export const useChangeUser = () =>
  useChange(['admin', 'users'], ({ id, ...body }: UserEdit) => asked(changeUser({ path: { id }, body, throwOnError })));

export const useTenants = () => useOne('tenants', (signal) => asked(listTenants({ signal, throwOnError })));
export const useCreateTenant = () =>
  useChange(['admin', 'tenants'], (body: { name: string; claim: string | null }) =>
    asked(createTenant({ body, throwOnError })),
  );

export interface AuditFilter {
  readonly action?: string;
  readonly actor?: string;
  readonly objectId?: string;
  readonly from?: string;
  readonly to?: string;
}
export const useAudit = (filter: AuditFilter) =>
  usePages(['admin', 'audit', filter], (page, signal) =>
    asked(listAudit({ query: { ...filter, ...page }, signal, throwOnError })),
  );
export const useVerification = () =>
  useMutation({ mutationFn: () => asked(verifyAudit({ throwOnError })) }) as UseMutationResult<
    { readonly whole: boolean; readonly firstBrokenSeq: number | null },
    ServerError,
    void
  >;

export const useSystemStatus = () =>
  useOne('status', (signal) => asked(getSystemStatus({ signal, throwOnError })), LIVE_MS);

export const useRetention = () => useOne('retention', (signal) => asked(getRetention({ signal, throwOnError })));
export const useRetentionPreview = () =>
  useOne('retention-preview', (signal) => asked(previewRetention({ signal, throwOnError })));
export interface Retention {
  readonly readyDays: number | null;
  readonly rejectedDays: number | null;
  readonly resultDays: number | null;
}
export const useSetRetention = () =>
  useChange(['admin'], (body: Retention) => asked(setRetention({ body, throwOnError })));
