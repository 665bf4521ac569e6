import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { slideHref } from '../route.ts';
import { useClaim } from '../server/claims.ts';
import { ServerError } from '../server/http.ts';
import { fetchReviews } from '../server/slide-reviews.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';
import { awaitsReview, suspicionOf, type WorklistEntry } from './entry.ts';

interface NextSuspiciousProps {
  readonly entries: readonly WorklistEntry[];
  /** false: it is opened without being claimed. */
  readonly mayClaim: boolean;
  /** The slide that is open and so is not the next. */
  readonly except: string | null;
}

/** Opens, and claims, the most suspicious slide of a list that nobody has claimed or reviewed. */
export function NextSuspicious({ entries, mayClaim, except }: NextSuspiciousProps): JSX.Element {
  const claim = useClaim();
  const [state, setState] = useState<'idle' | 'looking' | 'nothing' | Error>('idle');

  const find = async (): Promise<string | null> => {
    const byScore = entries
      .filter(({ slide }) => slide.id !== except)
      .map((entry) => ({ entry, suspicion: suspicionOf(entry) ?? -1 }))
      .filter(({ suspicion }) => suspicion >= 0)
      .toSorted((a, b) => b.suspicion - a.suspicion);
    for (const { entry } of byScore) {
      const { id } = entry.slide;
      if (entry.slide.claimedBy || !awaitsReview(entry, await fetchReviews(id))) continue;
      try {
        if (mayClaim) await claim.mutateAsync({ slideId: id, take: true });
        return id;
      } catch (error) {
        // A colleague was faster: there is another.
        if (!(error instanceof ServerError) || error.code !== 'SLIDE_CLAIMED') throw error;
      }
    }
    return null;
  };
  const open = async (): Promise<void> => {
    setState('looking');
    try {
      const id = await find();
      setState(id === null ? 'nothing' : 'idle');
      if (id !== null) location.hash = slideHref(id);
    } catch (error) {
      setState(error as Error);
    }
  };
  return (
    <>
      <button
        type="button"
        class="button is-primary"
        title={t('worklist.nextHint')}
        disabled={state === 'looking'}
        onClick={() => void open()}
      >
        {t('worklist.nextSuspicious')}
      </button>
      {state === 'nothing' && <Note>{t('worklist.nothingLeft')}</Note>}
      {state instanceof Error && <ErrorNote error={state} />}
    </>
  );
}
