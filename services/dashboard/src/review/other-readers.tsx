import type { ReviewSummary } from '@gigascope/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { reviews } from '../i18n/review-phrases.ts';
import { useReviewContent } from '../server/review-queries.ts';
import { ErrorNote } from '../ui/notes.tsx';

interface OtherReadersProps {
  readonly others: readonly ReviewSummary[];
  /** One's own is open: what others say is not told. */
  readonly blinded: boolean;
}

/** Who else reads the slide and how far; what they say once it may be known. */
export function OtherReaders({ others, blinded }: OtherReadersProps): JSX.Element | null {
  const [shownId, show] = useState<string | null>(null);
  const shown = useReviewContent(blinded ? null : shownId);
  if (others.length === 0) return null;
  return (
    <div class="others">
      <h4>{t('review.others')}</h4>
      <ul>
        {others.map(({ id, reader, purpose, state }) => (
          <li key={id}>
            {reader.name}, {reviews.purpose(purpose)}, {t(`review.state.${state}`)}{' '}
            {!blinded && state === 'signed' && shownId !== id && (
              <button type="button" class="button is-small" onClick={() => show(id)}>
                {t('review.show')}
              </button>
            )}
            {shownId === id && shown.data?.content && <p class="hint">{reviews.summary(shown.data.content)}</p>}
            {shownId === id && shown.data?.content?.comment && <p class="hint">{shown.data.content.comment}</p>}
            {shownId === id && shown.isError && <ErrorNote error={shown.error} />}
          </li>
        ))}
      </ul>
      {blinded && <p class="hint">{t('review.blinded')}</p>}
    </div>
  );
}
