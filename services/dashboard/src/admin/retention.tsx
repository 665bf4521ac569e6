import type { JSX } from 'preact';
import { formatBytes } from '../format.ts';
import { t } from '../i18n/language.ts';
import { type Retention as Policy, useRetention, useRetentionPreview, useSetRetention } from '../server/admin.ts';
import { ErrorNote } from '../ui/notes.tsx';

const FIELDS = ['readyDays', 'rejectedDays', 'resultDays'] as const;

/** How long what is kept, and what that would delete today. */
export function Retention(): JSX.Element {
  const policy = useRetention();
  const preview = useRetentionPreview();
  const set = useSetRetention();
  if (policy.error) return <ErrorNote error={policy.error} onRetry={() => void policy.refetch()} />;
  const { data } = policy;
  if (data === undefined) return <p class="hint">{t('common.loading')}</p>;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const values = new FormData(event.currentTarget as HTMLFormElement);
    const daysOf = (name: string): number | null => (values.get(name) === '' ? null : Number(values.get(name)));
    set.mutate(Object.fromEntries(FIELDS.map((name) => [name, daysOf(name)])) as unknown as Policy);
  };
  const size = formatBytes(preview.data?.slides.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) ?? 0);
  return (
    <>
      <p class="hint">{t('admin.retentionHint')}</p>
      <form class="row is-form" onSubmit={submit}>
        {FIELDS.map((name) => (
          <label key={name} class="field">
            {t(`admin.${name}`)}
            <input type="number" name={name} min={1} max={36500} defaultValue={String(data[name] ?? '')} />
          </label>
        ))}
        <button type="submit" class="button is-primary" disabled={set.isPending}>
          {t('admin.save')}
        </button>
        <span role="status">{set.isSuccess && t('admin.saved')}</span>
      </form>
      {set.error && <ErrorNote error={set.error} />}
      <h3>{t('admin.preview')}</h3>
      {preview.error && <ErrorNote error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data && (
        <p>
          {t('admin.previewSlides', { count: preview.data.slides.length, size })},{' '}
          {t('admin.previewAnalyses', { count: preview.data.analyses.length })}
          {preview.data.truncated && ' …'}
        </p>
      )}
    </>
  );
}
