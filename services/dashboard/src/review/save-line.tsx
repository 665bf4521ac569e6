import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { reviews } from '../i18n/review-phrases.ts';
import { ErrorNote } from '../ui/notes.tsx';
import type { ReviewSession } from './review-session.ts';
import type { ReviewState } from './review-state.ts';

interface SaveLineProps {
  readonly session: ReviewSession;
  readonly state: ReviewState;
}

/** How far what was said has got, and the way on where it is stuck. */
export function SaveLine({ session, state }: SaveLineProps): JSX.Element | null {
  const { save, error, pending, conflict } = state;
  if (conflict) return null;
  if (save === 'refused' && error)
    return (
      <div class="save-line is-stuck">
        <ErrorNote lead={t('review.save.refused')} error={error} onRetry={() => session.retry()} />
        <button type="button" class="button is-small" onClick={() => session.drop()}>
          {t('review.save.drop')}
        </button>
      </div>
    );
  const isStuck = save === 'waiting' || save === 'signedOut';
  return (
    <p class={`save-line ${isStuck ? 'is-stuck note is-warning' : ''}`} role="status">
      {save === 'waiting' && reviews.waiting(pending.size)}
      {save === 'signedOut' && reviews.signedOut(pending.size)}
      {save === 'saving' && t('review.save.saving')}
      {save === 'saved' && t('review.save.saved')}
      {isStuck && (
        <button type="button" class="button is-small" onClick={() => session.retry()}>
          {t('common.tryAgain')}
        </button>
      )}
    </p>
  );
}
