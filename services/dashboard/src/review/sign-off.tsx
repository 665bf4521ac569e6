import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { reviews } from '../i18n/review-phrases.ts';
import { keyOf, useActions } from '../keys/actions.ts';
import type { ReviewState } from './review-state.ts';

interface SignOffProps {
  readonly state: ReviewState;
  /** Findings without a decision; null where they are not gone through one by one. */
  readonly undecided: number | null;
  readonly busy: boolean;
  readonly onSign: () => void;
  readonly onAmend: (reason: string) => void;
}

/** Signs off after asking once; what is signed can be amended with a reason. */
export function SignOff({ state, undecided, busy, onSign, onAmend }: SignOffProps): JSX.Element {
  const [asks, setAsks] = useState(false);
  const [reason, setReason] = useState('');
  const sign = useRef<HTMLButtonElement>(null);
  const { review, said, conflict } = state;
  const isSigned = review.state === 'signed';
  useEffect(() => setAsks(false), [review.state]);
  useEffect(() => {
    if (asks) sign.current?.focus();
  }, [asks]);
  useActions({
    sign: () => !isSigned && setAsks(true) === undefined,
    cancel: () => asks && setAsks(false) === undefined,
  });
  if (isSigned)
    return (
      <div class="sign-off">
        <p class="note">{review.signedAt && reviews.signed(review.signedAt)}</p>
        {asks ? (
          <form
            class="start"
            onSubmit={(event) => {
              event.preventDefault();
              onAmend(reason.trim());
              setReason('');
            }}
          >
            <label class="field">
              {t('review.amendReason')}
              <input
                type="text"
                required
                maxLength={1000}
                value={reason}
                onInput={({ currentTarget }) => setReason(currentTarget.value)}
              />
            </label>
            <button type="submit" class="button is-small" disabled={busy || reason.trim() === ''}>
              {t('review.amendNow')}
            </button>
          </form>
        ) : (
          <button type="button" class="button is-small" onClick={() => setAsks(true)}>
            {t('review.amend')}
          </button>
        )}
      </div>
    );
  if (!asks)
    return (
      <button
        type="button"
        class="button is-primary"
        disabled={busy || conflict !== null}
        onClick={() => setAsks(true)}
      >
        {t('review.sign')} <kbd>{keyOf('sign')}</kbd>
      </button>
    );
  const isReady = said.confidence !== null && conflict === null;
  return (
    <fieldset class="sign-off" aria-label={t('review.sign')}>
      <p>{t('review.signQuestion')}</p>
      {said.confidence === null && <p class="note is-warning">{t('review.signNeedsConfidence')}</p>}
      {undecided !== null && undecided > 0 && <p class="hint">{reviews.undecided(undecided)}</p>}
      <div class="button-row">
        <button ref={sign} type="button" class="button is-primary" disabled={busy || !isReady} onClick={onSign}>
          {t('review.signNow')}
        </button>
        <button type="button" class="button" onClick={() => setAsks(false)}>
          {t('review.notYet')}
        </button>
      </div>
    </fieldset>
  );
}
