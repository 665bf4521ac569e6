import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { reviews } from '../i18n/review-phrases.ts';
import type { ReviewState } from './review-state.ts';

interface ConflictNoteProps {
  readonly state: ReviewState;
  readonly onTheirs: () => void;
  readonly onMine: () => void;
}

/** Another window was faster: says so, and lets the reader choose. */
export function ConflictNote({ state, onTheirs, onMine }: ConflictNoteProps): JSX.Element | null {
  const { conflict, pending } = state;
  if (!conflict) return null;
  return (
    <div class="note is-warning" role="alert">
      <p class="note-lead">
        {conflict.theirs.state === 'signed' ? t('review.conflict.signed') : t('review.conflict.title')}
      </p>
      {pending.size > 0 && <p>{reviews.unsaved(pending.size)}</p>}
      {conflict.both.length > 0 && <p>{reviews.both(conflict.both)}</p>}
      <div class="button-row">
        <button type="button" class="button is-small" onClick={onTheirs}>
          {t('review.conflict.theirs')}
        </button>
        {pending.size > 0 && (
          <button type="button" class="button is-small" onClick={onMine}>
            {t('review.conflict.mine')}
          </button>
        )}
      </div>
    </div>
  );
}
