import type { ComponentChildren, JSX } from 'preact';
import { reasonOf, t } from '../i18n/language.ts';
import { ServerError } from '../server/http.ts';

interface ErrorNoteProps {
  readonly error: Error;
  /** What could not be done, where the error alone does not say it. */
  readonly lead?: string;
  readonly onRetry?: () => void;
}

/** What went wrong, as a sentence with its code, and the way on where there is one. */
export function ErrorNote({ error, lead, onRetry }: ErrorNoteProps): JSX.Element {
  return (
    <div class="note is-error" role="alert">
      {lead && <p class="note-lead">{lead}</p>}
      <p>{error instanceof ServerError ? reasonOf(error.code, error.message) : error.message}</p>
      {error instanceof ServerError && (
        <p class="note-code">
          <code>{error.code}</code>
          {error.detail && <> {error.detail}</>}
        </p>
      )}
      {onRetry && (
        <button type="button" class="button is-small" onClick={onRetry}>
          {t('common.tryAgain')}
        </button>
      )}
    </div>
  );
}

/** Why a slide was refused or an analysis failed, as the server recorded it. */
export function FailureNote(props: {
  readonly lead: string;
  readonly failure: { readonly code: string; readonly title: string; readonly detail: string | null };
}): JSX.Element {
  const { lead, failure } = props;
  return (
    <div class="note is-error">
      <p class="note-lead">{lead}</p>
      <p>{reasonOf(failure.code, failure.title)}</p>
      <p class="note-code">
        <code>{failure.code}</code>
        {failure.detail && <> {failure.detail}</>}
      </p>
    </div>
  );
}

export function Note({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <p class="note">{children}</p>;
}

/** A progress bar; `share` 0 … 1, null while nothing is known. */
export function ProgressBar({ share, label }: { readonly share: number | null; readonly label: string }): JSX.Element {
  const percent = share === null ? null : Math.round(share * 1000) / 10;
  return (
    <div
      class={`progress ${percent === null ? 'is-unknown' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent !== null && { 'aria-valuenow': Math.round(percent) })}
    >
      <div class="progress-fill" style={{ width: `${percent ?? 30}%` }} />
    </div>
  );
}
