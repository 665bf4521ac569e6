import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { hrefOf } from '../route.ts';
import { useSubmitBatch } from '../server/batch-queries.ts';
import { ErrorNote } from '../ui/notes.tsx';

/** Starts a batch from a CSV file; what is wrong with it is told line by line. */
export function TableForm(): JSX.Element {
  const submit = useSubmitBatch();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  return (
    <details class="table-form">
      <summary>{t('batches.fromTable')}</summary>
      <form
        class="analyse"
        onSubmit={(event) => {
          event.preventDefault();
          void file?.text().then((csv) =>
            submit.mutate(
              { csv, name: name.trim() },
              {
                onSuccess: ({ id }) => {
                  location.hash = hrefOf('batches', id);
                },
              },
            ),
          );
        }}
      >
        <p class="hint">{t('batches.tableHint')}</p>
        <div class="analyse-fields">
          <label class="field">
            {t('batches.table')}
            <input
              type="file"
              accept=".csv,text/csv"
              required
              onChange={({ currentTarget }) => setFile(currentTarget.files?.[0] ?? null)}
            />
          </label>
          <label class="field">
            {t('batches.name')}
            <input
              type="text"
              maxLength={200}
              value={name}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          </label>
        </div>
        <p class="analyse-foot">
          <button type="submit" class="button is-primary" disabled={submit.isPending || file === null}>
            {t('batches.startTable')}
          </button>
          <a href={hrefOf('home')}>{t('batches.fromWorklist')}</a>
        </p>
        {submit.error && <ErrorNote error={submit.error} />}
      </form>
    </details>
  );
}
