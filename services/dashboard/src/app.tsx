import { useQueryClient } from '@tanstack/preact-query';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { route, slideHref } from './route.ts';
import { connection } from './server/connection.ts';
import { keys } from './server/queries.ts';
import { SlidePage } from './slide/slide-page.tsx';
import { t } from './i18n/language.ts';
import { useStore } from './ui/store.ts';
import { DropTarget } from './uploads/drop-target.tsx';
import { hasUnfinished, onSlideArrived } from './uploads/upload-queue.ts';
import { Worklist } from './worklist/worklist.tsx';

/** The whole page: the list of slides on the left, the chosen slide beside it. */
export function App(): JSX.Element {
  const place = useStore(route);
  const online = useStore(connection) === 'online';
  const client = useQueryClient();
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    onSlideArrived((slide) => {
      void client.invalidateQueries({ queryKey: keys.slides });
      if (route.get().page === 'home') location.hash = slideHref(slide.id);
    });
    const warn = (event: BeforeUnloadEvent): void => {
      if (hasUnfinished()) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [client]);

  return (
    <div class="app">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {t('common.skipToViewer')}
      </button>
      <header class="bar">
        <a class="brand" href="#/">
          <img src="/favicon.svg" alt="" width="24" height="24" />
          {t('common.product')}
        </a>
        <p class={`connection ${online ? '' : 'is-offline'}`} role="status">
          <span class="dot" aria-hidden="true" />
          {online ? t('common.online') : t('common.offline')}
        </p>
      </header>
      <Worklist chosen={place.page === 'slide' ? place.slideId : null} />
      <main class="stage" ref={main} tabIndex={-1}>
        {place.page === 'slide' ? (
          <SlidePage key={place.slideId} slideId={place.slideId} />
        ) : (
          <p class="blank">{t('slide.none')}</p>
        )}
      </main>
      <DropTarget />
    </div>
  );
}
