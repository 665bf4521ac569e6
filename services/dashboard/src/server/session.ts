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
import { signedOut } from './signed-out.ts';

const KEY = ['session'];

/** Who is signed in and what they may do. */
export function useSession(): UseQueryResult<Session, ServerError> {
  return useQuery<Session, ServerError>({
    queryKey: KEY,
    queryFn: async ({ signal, client }) => {
      const session = await asked(getSession({ signal, throwOnError: true }));
      csrfToken.set(session.csrfToken);
      const known = client.getQueryData<Session>(KEY);
      if (session.principal !== null || !known?.principal) return session;
      // It ran out: the page stays as it is, under the way back in.
      signedOut.set(true);
      return known;
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
      const known = client.getQueryData<Session>(KEY)?.principal ?? null;
      const others = { predicate: ({ queryKey }: { readonly queryKey: readonly unknown[] }) => queryKey[0] !== KEY[0] };
      // Not all is cleared: whoever follows the session would follow what was removed, and not see who signed in.
      if (known === null || known.id !== session.principal?.id) client.removeQueries(others);
      else void client.invalidateQueries(others);
      client.setQueryData(KEY, session);
      signedOut.set(false);
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
