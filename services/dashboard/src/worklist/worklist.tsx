import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { useLatestAnalyses, useSlides } from '../server/queries.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';
import { UploadPanel } from '../uploads/upload-panel.tsx';
import { SlideRow } from './slide-row.tsx';

/** All slides, newest first as the server orders them, with what is known of each. */
export function Worklist({ chosen }: { readonly chosen: string | null }): JSX.Element {
  const slides = useSlides();
  const latest = useLatestAnalyses();
  return (
    <nav class="worklist" aria-label={t('worklist.title')}>
      <UploadPanel />
      <h1 class="worklist-title">{t('worklist.title')}</h1>
      {slides.isPending && <Note>{t('common.loading')}</Note>}
      {slides.isError && !slides.data && <ErrorNote error={slides.error} onRetry={() => void slides.refetch()} />}
      {slides.data?.length === 0 && <Note>{t('worklist.empty')}</Note>}
      <ul class="slides">
        {slides.data?.map((slide) => (
          <SlideRow
            key={slide.id}
            slide={slide}
            latest={latest.data?.get(slide.id) ?? null}
            chosen={slide.id === chosen}
          />
        ))}
      </ul>
      {slides.hasNextPage && (
        <button
          type="button"
          class="button"
          disabled={slides.isFetchingNextPage}
          onClick={() => void slides.fetchNextPage()}
        >
          {t('worklist.more')}
        </button>
      )}
    </nav>
  );
}
