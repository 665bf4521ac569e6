import { type DetectionPage, listDetections } from '@gigascope/client';
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/preact-query';
import { type Finding, ofDetection } from '../viewer/finding.ts';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';

const LISTED_AT_ONCE = 50;

/** Boxes by rank, the most probable first, of one class or of all. */
export function useDetectionList(
  analysisId: string | null,
  className: string | null,
): UseInfiniteQueryResult<readonly Finding[], ServerError> {
  return useInfiniteQuery<DetectionPage, ServerError, readonly Finding[], readonly (string | null)[], string | null>({
    queryKey: ['detection-list', analysisId, className],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: LISTED_AT_ONCE,
        ...(className !== null && { class: className }),
        ...(pageParam !== null && { cursor: pageParam }),
      };
      return asked(listDetections({ path: { id: analysisId ?? '' }, query, signal, throwOnError: true }));
    },
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    select: ({ pages }: InfiniteData<DetectionPage>) => pages.flatMap(({ items }) => items.map(ofDetection)),
    enabled: analysisId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
