import type { JSX } from 'preact';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { useCreateTenant, useTenants } from '../server/admin.ts';
import { ErrorNote } from '../ui/notes.tsx';

/** The laboratories of the installation, for its operators. */
export function Laboratories(): JSX.Element {
  const { data, error, refetch } = useTenants();
  const create = useCreateTenant();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const values = new FormData(form);
    const claim = String(values.get('claim')).trim();
    create.mutate({ name: String(values.get('name')), claim: claim || null }, { onSuccess: () => form.reset() });
  };
  return (
    <>
      <form class="row is-form" aria-label={t('admin.newLaboratory')} onSubmit={submit}>
        <label class="field">
          {t('admin.name')}
          <input name="name" required maxLength={200} />
        </label>
        <label class="field">
          {t('admin.claim')}
          <input name="claim" maxLength={200} />
        </label>
        <button type="submit" class="button is-primary" disabled={create.isPending}>
          {t('admin.add')}
        </button>
      </form>
      {create.error && <ErrorNote error={create.error} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      <ul class="lines">
        {data?.items.map(({ id, name, claim, createdAt }) => (
          <li key={id}>
            <strong>{name}</strong> {claim} <span class="hint">{formatInstant(createdAt)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
