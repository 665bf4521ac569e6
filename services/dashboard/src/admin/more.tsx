import type { ComponentChildren, JSX } from 'preact';
import { t } from '../i18n/language.ts';
import type { ServerError } from '../server/http.ts';
import { ErrorNote } from '../ui/notes.tsx';

interface ListedProps {
  readonly query: {
    readonly data: readonly unknown[] | undefined;
    readonly error: ServerError | null;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    refetch(): unknown;
    fetchNextPage(): unknown;
  };
  readonly children: ComponentChildren;
}

/** A list in pages with what it says while it loads, is empty or fails, and the way to more of it. */
export function Listed({ query, children }: ListedProps): JSX.Element {
  const { data, error, hasNextPage, isFetchingNextPage } = query;
  if (data === undefined && error === null) return <p class="hint">{t('common.loading')}</p>;
  return (
    <>
      {error && <ErrorNote error={error} onRetry={() => void query.refetch()} />}
      {data?.length === 0 ? <p class="hint">{t('admin.noneYet')}</p> : children}
      {hasNextPage && (
        <button type="button" class="button" disabled={isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('admin.more')}
        </button>
      )}
    </>
  );
}
