import { getSession, type Session, signIn, signOut } from '@gigascope/client';
import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/preact-query';
import { asked } from './client.ts';
import { csrfToken } from './csrf-token.ts';
import type { ServerError } from './http.ts';

const KEY = ['session'];

/** Who is signed in and what they may do. */
export function useSession(): UseQueryResult<Session, ServerError> {
  return useQuery<Session, ServerError>({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const session = await asked(getSession({ signal, throwOnError: true }));
      csrfToken.set(session.csrfToken);
      return session;
    },
    staleTime: 60_000,
  });
}

export function useSignIn(): UseMutationResult<Session, ServerError, string> {
  const client = useQueryClient();
  return useMutation<Session, ServerError, string>({
    mutationFn: async (key) => {
      const session = await asked(signIn({ body: { key }, throwOnError: true }));
      csrfToken.set(session.csrfToken);
      return session;
    },
    onSuccess: (session) => {
      // Not all is cleared: whoever follows the session would follow what was removed, and not see who signed in.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
      client.setQueryData(KEY, session);
    },
  });
}

export function useSignOut(): UseMutationResult<unknown, ServerError, void> {
  const client = useQueryClient();
  return useMutation<unknown, ServerError, void>({
    mutationFn: () => asked(signOut({ throwOnError: true })),
    onSuccess: () => client.resetQueries(),
  });
}
