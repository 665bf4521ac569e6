import { useQueryClient } from '@tanstack/preact-query';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { language, t } from './i18n/language.ts';
import { PAGES } from './pages.ts';
import { route, slideHref } from './route.ts';
import { keys } from './server/queries.ts';
import { useSession } from './server/session.ts';
import { signedOut } from './server/signed-out.ts';
import { SignIn } from './session/sign-in.tsx';
import { SignInAgain } from './session/sign-in-again.tsx';
import { Bar } from './shell/bar.tsx';
import { LazyPage } from './shell/lazy-page.tsx';
import { ErrorNote } from './ui/notes.tsx';
import { useStore } from './ui/store.ts';
import { DropTarget } from './uploads/drop-target.tsx';
import { hasUnfinished, onSlideArrived } from './uploads/upload-queue.ts';

/** The whole page: the bar on top, under it the page that the address names, or the way in. */
export function App(): JSX.Element {
  const place = useStore(route);
  const session = useSession();
  const expired = useStore(signedOut);
  const client = useQueryClient();
  const main = useRef<HTMLElement>(null);
  useStore(language);

  useEffect(() => {
    onSlideArrived((slide, alone) => {
      void client.invalidateQueries({ queryKey: keys.slides });
      if (alone && route.get().page === 'home') location.hash = slideHref(slide.id);
    });
    const warn = (event: BeforeUnloadEvent): void => {
      if (hasUnfinished()) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [client]);

  const entry = PAGES[place.page];
  return (
    <div class="app">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {t('common.skipToContent')}
      </button>
      <Bar session={session.data ?? null} />
      <main class="page" ref={main} tabIndex={-1}>
        {session.isError && !session.data ? (
          <div class="blank">
            <ErrorNote error={session.error} onRetry={() => void session.refetch()} />
          </div>
        ) : session.data === undefined ? (
          <p class="blank">{t('common.loading')}</p>
        ) : session.data.principal === null ? (
          <SignIn ways={session.data.signIn} />
        ) : entry === undefined || !session.data.permissions.includes(entry.permission) ? (
          <p class="blank">{t('session.forbidden')}</p>
        ) : (
          <LazyPage key={`${place.page} ${session.data.principal.id}`} entry={entry} id={place.id} />
        )}
      </main>
      {session.data?.permissions.includes('slides:write') && <DropTarget />}
      {expired && session.data?.principal && <SignInAgain session={session.data} />}
    </div>
  );
}
