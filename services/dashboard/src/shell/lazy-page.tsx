import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import type { PageProps } from '../page-props.ts';
import type { PageEntry } from '../pages.ts';
import { ErrorNote } from '../ui/notes.tsx';

/** A page whose code is fetched when it is first opened. */
export function LazyPage({ entry, id }: { readonly entry: PageEntry; readonly id: string | null }): JSX.Element {
  const [Page, setPage] = useState<ComponentType<PageProps> | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    setError(null);
    entry.load().then(
      (loaded) => setPage(() => loaded.Page),
      () => setError(new Error(t('errors.page'))),
    );
  }, [entry, tries]);
  if (error) return <ErrorNote error={error} onRetry={() => setTries(tries + 1)} />;
  return Page === null ? <p class="blank">{t('common.loading')}</p> : <Page id={id} />;
}
