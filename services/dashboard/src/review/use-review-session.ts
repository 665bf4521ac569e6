import type { ReviewSummary } from '@gigascope/client';
import { useQueryClient } from '@tanstack/preact-query';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isConflict } from '../server/client.ts';
import { ServerError } from '../server/http.ts';
import { REVIEWS, useSlideReviews } from '../server/review-queries.ts';
import { reviewRequests } from '../server/review-requests.ts';
import { useComeBack } from '../session/use-come-back.ts';
import { DraftMemory } from './draft-memory.ts';
import { ReviewSession } from './review-session.ts';
import type { ReviewState } from './review-state.ts';
import { useAttention } from './use-attention.ts';

export interface OwnReview {
  /** null until one is open. */
  readonly session: ReviewSession | null;
  readonly state: ReviewState | null;
  /** Of the slide, of all readers. */
  readonly all: readonly ReviewSummary[];
  readonly error: Error | null;
  readonly busy: boolean;
  /** Opens it where there is none; answers null when that failed. */
  readonly begin: (purpose?: 'adjudication') => Promise<ReviewSession | null>;
  readonly sign: () => Promise<void>;
  readonly amend: (reason: string) => Promise<void>;
  readonly applyMine: (reason: string) => Promise<void>;
}

/** One's own review of an analysis, opened when it is there or begun. */
export function useReviewSession(slideId: string, analysisId: string | null, mayWrite: boolean): OwnReview {
  const client = useQueryClient();
  const reviews = useSlideReviews(slideId, true);
  const [session, setSession] = useState<ReviewSession | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const all = reviews.data?.items ?? NONE;
  const ownId = mayWrite ? (all.find((review) => review.own && review.analysisId === analysisId)?.id ?? null) : null;
  const opening = useRef<Promise<ReviewSession | null> | null>(null);

  const mounted = useRef(true);
  useEffect(
    () => () => {
      mounted.current = false;
    },
    [],
  );

  const load = async (id: string): Promise<ReviewSession> => {
    const made = new ReviewSession(await reviewRequests.get(id), reviewRequests, new DraftMemory(id));
    if (mounted.current) setSession(made);
    else made.close();
    return made;
  };
  useEffect(() => {
    if (ownId === null || session?.state.get().review.id === ownId) return;
    opening.current ??= load(ownId)
      .catch((cause: Error) => {
        setError(cause);
        return null;
      })
      .finally(() => {
        opening.current = null;
      });
  }, [ownId, session]);
  useEffect(() => () => setSession(null), [analysisId]);
  useEffect(() => () => session?.close(), [session]);
  useComeBack(() => session?.retry());

  const state = useSessionState(session);
  const report = useAttention(
    state?.review.state === 'open' ? state.review.id : null,
    () => session?.state.get().review.state !== 'open',
  );
  const told = (): Promise<void> => client.invalidateQueries({ queryKey: REVIEWS });

  const guarded = async <T>(work: () => Promise<T>): Promise<T | null> => {
    setBusy(true);
    setError(null);
    try {
      return await work();
    } catch (cause) {
      if (!isConflict(cause)) setError(cause instanceof Error ? cause : new ServerError('UNREACHABLE', String(cause)));
      return null;
    } finally {
      setBusy(false);
    }
  };
  const begin = (purpose?: 'adjudication'): Promise<ReviewSession | null> => {
    if (session) return Promise.resolve(session);
    if (analysisId === null || !mayWrite) return Promise.resolve(null);
    opening.current ??= guarded(async () => {
      const { id } = await reviewRequests.open(analysisId, purpose ? { purpose } : {});
      const made = await load(id);
      void told();
      return made;
    }).finally(() => {
      opening.current = null;
    });
    return opening.current;
  };
  const after = async (work: () => Promise<void>): Promise<void> => {
    await guarded(work);
    await told();
  };
  return {
    ...{ session, state, all, busy, begin, error: error ?? reviews.error },
    sign: () =>
      after(async () => {
        await report.current();
        await session?.sign();
      }),
    amend: (reason) => after(async () => session?.amend(reason)),
    applyMine: (reason) => after(async () => session?.applyMine(reason)),
  };
}

const NONE: readonly ReviewSummary[] = [];

function useSessionState(session: ReviewSession | null): ReviewState | null {
  const [state, setState] = useState<ReviewState | null>(null);
  useEffect(() => {
    if (!session) return setState(null);
    const update = (): void => setState(session.state.get());
    update();
    return session.state.subscribe(update);
  }, [session]);
  return session ? state : null;
}
