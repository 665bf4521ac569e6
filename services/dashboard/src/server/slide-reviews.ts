import { listSlideReviews, type ReviewList, type ReviewSummary } from '@gigascope/client';
import { createStore } from '../ui/store.ts';
import { asked } from './client.ts';
import { queryClient } from './queries.ts';

const FRESH_MS = 10_000;
const AT_ONCE = 4;
/** Lists are drawn anew so often while answers come in. */
const TELL_MS = 100;

const keyOf = (slideId: string) => ['reviews', 'slide', slideId, 'list'] as const;

/** Counts answers, for those who show what `knownReviews` says. */
export const reviewsTold = createStore(0);

let wanted: readonly string[] = [];
let running = 0;
let telling = false;

/** Reviews of a slide as far as they were asked for; undefined: not known. */
export function knownReviews(slideId: string): readonly ReviewSummary[] | undefined {
  return queryClient.getQueryData<ReviewList>(keyOf(slideId))?.items;
}

export async function fetchReviews(slideId: string): Promise<readonly ReviewSummary[]> {
  const { items } = await queryClient.fetchQuery<ReviewList>({
    queryKey: keyOf(slideId),
    queryFn: ({ signal }) => asked(listSlideReviews({ path: { id: slideId }, signal, throwOnError: true })),
    staleTime: FRESH_MS,
  });
  return items;
}

/** Asks for the reviews of these slides, a few at a time, instead of those asked for before: the list was scrolled on. */
export function wantReviews(slideIds: readonly string[]): void {
  wanted = slideIds.filter((id) => {
    const state = queryClient.getQueryState(keyOf(id));
    return state === undefined || state.isInvalidated || Date.now() - state.dataUpdatedAt > FRESH_MS;
  });
  pump();
}

function pump(): void {
  while (running < AT_ONCE) {
    const [id, ...rest] = wanted;
    if (id === undefined) return;
    wanted = rest;
    running++;
    fetchReviews(id)
      .then(tell, () => {})
      .finally(() => {
        running--;
        pump();
      });
  }
}

function tell(): void {
  if (telling) return;
  telling = true;
  setTimeout(() => {
    telling = false;
    reviewsTold.set(reviewsTold.get() + 1);
  }, TELL_MS);
}
