import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { reviews } from '../i18n/review-phrases.ts';
import { useReviewHistory } from '../server/review-queries.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';

/** Who changed what of a review, the newest first; fetched when it is opened. */
export function History({ reviewId, version }: { readonly reviewId: string; readonly version: number }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('review.history')}</summary>
      {isOpen && <Changes reviewId={reviewId} version={version} />}
    </details>
  );
}

function Changes({ reviewId, version }: { readonly reviewId: string; readonly version: number }): JSX.Element {
  const history = useReviewHistory(reviewId, version);
  if (history.isError) return <ErrorNote error={history.error} onRetry={() => void history.refetch()} />;
  if (!history.data) return <Note>{t('common.loading')}</Note>;
  return (
    <ol class="history">
      {history.data.items.toReversed().map((change, k) => (
        <li key={`${change.version} ${change.subject} ${k}`}>
          <span class="hint">
            {formatInstant(change.at)}, {change.by.name}
          </span>
          <span>{reviews.change(change)}</span>
        </li>
      ))}
    </ol>
  );
}
