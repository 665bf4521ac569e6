import type { Batch } from '@gigascope/client';
import type { JSX } from 'preact';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { hrefOf } from '../route.ts';
import { useBatches } from '../server/batch-queries.ts';
import { useSession } from '../server/session.ts';
import { ErrorNote, Note, ProgressBar } from '../ui/notes.tsx';
import { TableForm } from './table-form.tsx';

/** All batches, newest first, and the way to start one from a table. */
export function BatchList(): JSX.Element {
  const batches = useBatches();
  const mayStart = useSession().data?.permissions.includes('analyses:write') ?? false;
  return (
    <>
      <h1>{t('batches.title')}</h1>
      {mayStart && <TableForm />}
      {batches.isPending && <Note>{t('common.loading')}</Note>}
      {batches.isError && <ErrorNote error={batches.error} onRetry={() => void batches.refetch()} />}
      {batches.data?.length === 0 && <Note>{t('batches.empty')}</Note>}
      <ul class="batch-list">
        {batches.data?.map((batch) => (
          <BatchRow key={batch.id} batch={batch} />
        ))}
      </ul>
      {batches.hasNextPage && (
        <button
          type="button"
          class="button"
          disabled={batches.isFetchingNextPage}
          onClick={() => void batches.fetchNextPage()}
        >
          {t('batches.more')}
        </button>
      )}
    </>
  );
}

function BatchRow({ batch }: { readonly batch: Batch }): JSX.Element {
  const name = lists.batches.name(batch);
  return (
    <li class="batch-row">
      <a href={hrefOf('batches', batch.id)}>{name}</a>
      <span class="row-quiet">
        {lists.batches.total(batch.total)} · {formatInstant(batch.createdAt)}
      </span>
      <ProgressBar share={batch.progress} label={lists.batches.progress(name)} />
      <Counts batch={batch} />
    </li>
  );
}

/** How many of its analyses are in each state that any is in. */
function Counts({ batch: { counts } }: { readonly batch: Batch }): JSX.Element {
  const shown = (Object.keys(counts) as (keyof Batch['counts'])[]).filter((state) => counts[state] > 0);
  return (
    <span class="batch-counts">
      {shown.map((state) => (
        <span key={state} class={`tag is-${state}`}>
          {lists.batches.tab(state, counts[state])}
        </span>
      ))}
    </span>
  );
}
