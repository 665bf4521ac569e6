import type { JSX } from 'preact';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { useCreateTenant, useTenants } from '../server/admin.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { NewKey } from './new-key.tsx';
import { LABORATORY_ROLES } from './role-names.ts';

/** Its first key is an administrator's, who makes all others. */
const FIRST_ROLES = LABORATORY_ROLES.toReversed();

/** The laboratories of the installation, for its operators, who also make the first key of each. */
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
            <details class="disclosure">
              <summary>{t('admin.newKeyOf', { name })}</summary>
              <NewKey roles={FIRST_ROLES} laboratory={{ id, name }} />
            </details>
          </li>
        ))}
      </ul>
    </>
  );
}
