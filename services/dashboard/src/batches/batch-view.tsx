import type { Analysis, Batch } from '@gigascope/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { hrefOf } from '../route.ts';
import { isOpen, useBatch, useCancelBatch } from '../server/batch-queries.ts';
import { useSession } from '../server/session.ts';
import { ErrorNote, Note, ProgressBar } from '../ui/notes.tsx';
import { BatchAnalyses } from './batch-analyses.tsx';

const STATES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;

/** One batch as it goes on: its counts, which are its filters too, and its analyses. */
export function BatchView({ id }: { readonly id: string }): JSX.Element {
  const batch = useBatch(id);
  const cancel = useCancelBatch(id);
  const [state, setState] = useState<Analysis['state'] | null>(null);
  const mayWrite = useSession().data?.permissions.includes('analyses:write') ?? false;
  if (batch.isPending) return <Note>{t('common.loading')}</Note>;
  if (!batch.data) return <ErrorNote error={batch.error} onRetry={() => void batch.refetch()} />;
  const { data } = batch;
  const name = lists.batches.name(data);
  return (
    <>
      <p>
        <a href={hrefOf('batches')}>{t('batches.title')}</a>
      </p>
      <div class="batch-head">
        <h1>{name}</h1>
        {mayWrite && isOpen(data) && (
          <button type="button" class="button" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            {t('batches.cancel')}
          </button>
        )}
      </div>
      <ProgressBar share={data.progress} label={lists.batches.progress(name)} />
      <p class="figures" role="status">
        {timesOf(data)}
      </p>
      {batch.error && <ErrorNote error={batch.error} onRetry={() => void batch.refetch()} />}
      {cancel.error && <ErrorNote error={cancel.error} />}
      <fieldset class="tabs">
        <legend class="visually-hidden">{t('worklist.stateFilter')}</legend>
        {[null, ...STATES].map((each) => (
          <button
            key={each}
            type="button"
            class="button is-small"
            aria-pressed={state === each}
            onClick={() => setState(each)}
          >
            {lists.batches.tab(each, each === null ? data.total : data.counts[each])}
          </button>
        ))}
      </fieldset>
      <BatchAnalyses id={id} state={state} mayWrite={mayWrite} />
    </>
  );
}

function timesOf(batch: Batch): string {
  if (batch.finishedAt !== null) return lists.batches.finished(batch.finishedAt);
  const begun = lists.batches.begun(batch.createdAt);
  return batch.etaSeconds === null ? begun : `${begun} · ${lists.batches.left(batch.etaSeconds)}`;
}
