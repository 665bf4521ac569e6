import {
  type Adjudication,
  getAdjudication,
  getReview,
  listReviewHistory,
  listSlideReviews,
  type Review,
  type ReviewHistory,
  type ReviewList,
} from '@gigascope/client';
import { type UseQueryResult, useQuery } from '@tanstack/preact-query';
import { asked } from './client.ts';
import type { ServerError } from './http.ts';

/** What begins with it is about reviews, and is asked for anew when one of them changed. */
export const REVIEWS = ['reviews'] as const;
const OTHERS_MS = 20_000;

/** All reviews of a slide: whose they are and how far. */
export function useSlideReviews(slideId: string, enabled: boolean): UseQueryResult<ReviewList, ServerError> {
  return useQuery<ReviewList, ServerError>({
    queryKey: [...REVIEWS, 'slide', slideId, 'page'],
    queryFn: ({ signal }) => asked(listSlideReviews({ path: { id: slideId }, signal, throwOnError: true })),
    enabled,
    refetchInterval: OTHERS_MS,
  });
}

export function useReviewContent(id: string | null): UseQueryResult<Review, ServerError> {
  return useQuery<Review, ServerError>({
    queryKey: [...REVIEWS, 'content', id],
    queryFn: ({ signal }) => asked(getReview({ path: { id: id ?? '' }, signal, throwOnError: true })),
    enabled: id !== null,
  });
}

/** Who changed what, oldest first; `version` names how much of it there is. */
export function useReviewHistory(id: string, version: number): UseQueryResult<ReviewHistory, ServerError> {
  return useQuery<ReviewHistory, ServerError>({
    queryKey: [...REVIEWS, 'history', id, version],
    queryFn: ({ signal }) =>
      asked(listReviewHistory({ path: { id }, query: { limit: 1000 }, signal, throwOnError: true })),
    placeholderData: (before) => before,
  });
}

/** Signed reviews of a slide side by side. */
export function useAdjudication(slideId: string, analysisId: string): UseQueryResult<Adjudication, ServerError> {
  return useQuery<Adjudication, ServerError>({
    queryKey: [...REVIEWS, 'adjudication', slideId, analysisId],
    queryFn: ({ signal }) =>
      asked(getAdjudication({ path: { id: slideId }, query: { analysisId }, signal, throwOnError: true })),
  });
}
