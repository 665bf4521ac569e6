import { useMemo } from 'preact/hooks';
import { useAllAnalyses } from '../server/all-analyses.ts';
import { useAllSlides } from '../server/all-slides.ts';
import type { ServerError } from '../server/http.ts';
import { useSession } from '../server/session.ts';
import { knownReviews, reviewsTold } from '../server/slide-reviews.ts';
import { useThresholds } from '../server/thresholds.ts';
import { useStore } from '../ui/store.ts';
import { arranged, passesReview, stateOf } from './arrange.ts';
import { bySlide, entryOf, type ThresholdOf, type WorklistEntry } from './entry.ts';
import { useDebounced } from './use-debounced.ts';
import type { WorklistView } from './view.ts';
import { worklistView } from './view-store.ts';

/** How long a search waits for the next letter. */
const TYPING_MS = 250;

export interface Worklist {
  readonly view: WorklistView;
  /** In the order shown. */
  readonly entries: readonly WorklistEntry[];
  /** Before the filter by review: whose reviews have to be known for it. */
  readonly candidates: readonly WorklistEntry[];
  readonly thresholdOf: ThresholdOf;
  readonly state: 'loading' | 'failed' | 'shown';
  /** Of the last attempt; the slides may be there from one before. */
  readonly error: ServerError | null;
  /** More slides are on their way. */
  readonly isPartial: boolean;
  readonly retry: () => void;
}

/** The laboratory's slides with what is known of each, filtered and ordered as the view says. */
export function useWorklist(): Worklist {
  const view = useStore(worklistView);
  const told = useStore(reviewsTold);
  const { text, caseRef, from, to, state } = view;
  const typed = useDebounced(
    useMemo(() => ({ text, caseRef }), [text, caseRef]),
    TYPING_MS,
  );
  const slides = useAllSlides({ ...typed, from, to, refused: state === 'refused' });
  const analyses = useAllAnalyses();
  const thresholdOf = useThresholds();
  const me = useSession().data?.principal?.id ?? null;

  const groups = useMemo(() => bySlide(analyses.data?.values() ?? []), [analyses.data]);
  const candidates = useMemo(() => {
    const all = (slides.data ?? []).map((slide) => entryOf(slide, groups, view.model));
    const passing = view.state === null ? all : all.filter((entry) => stateOf(entry) === view.state);
    return arranged(passing, view.sort, thresholdOf);
  }, [slides.data, groups, view.model, view.state, view.sort, thresholdOf]);
  // Reviews live in the query cache, and `told` counts its answers.
  const entries = useMemo(() => {
    const { review } = view;
    if (review === null) return candidates;
    return candidates.filter((entry) => passesReview(entry, knownReviews(entry.slide.id), review, me));
  }, [candidates, view.review, me, told]);

  const error = slides.error ?? analyses.error;
  return {
    ...{ view, entries, candidates, thresholdOf, error },
    state: slides.data && (analyses.data || analyses.isError) ? 'shown' : error ? 'failed' : 'loading',
    isPartial: slides.hasNextPage,
    retry: () => {
      void slides.refetch();
      void analyses.refetch();
    },
  };
}
