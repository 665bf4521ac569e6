import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { useSlide, useSlides } from '../server/queries.ts';
import { ErrorNote, FailureNote, Note } from '../ui/notes.tsx';
import { ReadySlide } from './ready-slide.tsx';

/** One slide: the viewer, and beside it what is known and what can be done. */
export function SlidePage({ slideId }: { readonly slideId: string }): JSX.Element {
  const listed = useSlides().data?.find(({ id }) => id === slideId);
  const fetched = useSlide(slideId, listed === undefined);
  const slide = listed ?? fetched.data;
  if (!slide) {
    return (
      <div class="blank">
        {fetched.isError ? (
          <ErrorNote error={fetched.error} onRetry={() => void fetched.refetch()} />
        ) : (
          t('common.loading')
        )}
      </div>
    );
  }
  if (slide.state === 'ready') return <ReadySlide slide={slide} />;
  return (
    <div class="blank">
      {slide.error ? (
        <FailureNote lead={t('slide.rejected')} failure={slide.error} />
      ) : (
        <Note>{t('slide.pending')}</Note>
      )}
    </div>
  );
}
