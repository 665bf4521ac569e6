import { claimSlide, releaseSlide, type SlideClaim } from '@gigascope/client';
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/preact-query';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';
import { keys } from './queries.ts';
import { showClaim } from './worklist-pages.ts';

interface ClaimChange {
  readonly slideId: string;
  /** false: let go of it. */
  readonly take: boolean;
}

/** Takes a slide to review it, or lets go of it. */
export function useClaim(): UseMutationResult<SlideClaim | null, ServerError, ClaimChange> {
  const client = useQueryClient();
  return useMutation<SlideClaim | null, ServerError, ClaimChange>({
    mutationFn: async ({ slideId: id, take }) => {
      if (take) return asked(claimSlide({ path: { id }, throwOnError: true }));
      await asked(releaseSlide({ path: { id }, throwOnError: true }));
      return null;
    },
    onSuccess: (claim, { slideId }) => showClaim(client, slideId, claim),
    // Someone else was faster: who it was is in the list.
    onError: () => client.invalidateQueries({ queryKey: keys.slides }),
  });
}
