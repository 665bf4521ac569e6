import type { Session } from '@gigascope/client';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { PAGES } from '../pages.ts';
import { hrefOf, type PageName, route } from '../route.ts';
import { connection } from '../server/connection.ts';
import { useStore } from '../ui/store.ts';
import { Preferences } from './preferences.tsx';
import { Who } from './who.tsx';

/** The bar on top: where one can go, whether the server is there, who is signed in, language and light. */
export function Bar({ session }: { readonly session: Session | null }): JSX.Element {
  const { page } = useStore(route);
  const online = useStore(connection) === 'online';
  const offered = Object.entries(PAGES).filter(
    ([, entry]) => entry.inBar && session?.permissions.includes(entry.permission),
  ) as [PageName, unknown][];
  return (
    <header class="bar">
      <a class="brand" href="#/">
        <img src="/favicon.svg" alt="" width="24" height="24" />
        {t('common.product')}
      </a>
      <nav class="bar-pages" aria-label={t('bar.pages')}>
        {offered.map(([name]) => (
          <a key={name} href={hrefOf(name)} {...(name === page && { 'aria-current': 'page' as const })}>
            {t(`bar.${name as 'home'}`)}
          </a>
        ))}
      </nav>
      <p class={`connection ${online ? '' : 'is-offline'}`} role="status">
        <span class="dot" aria-hidden="true" />
        {online ? t('common.online') : t('common.offline')}
      </p>
      <Preferences />
      {session && <Who session={session} />}
    </header>
  );
}
