import type { Role } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { useCreateKey } from '../server/admin.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { SecretOnce } from './secret-once.tsx';

interface NewKeyProps {
  /** What the key may be; the first is proposed. */
  readonly roles: readonly Role[];
  /** Another than the one who makes it belongs to, as for an operator. */
  readonly laboratory?: { readonly id: string; readonly name: string };
}

/** Makes a key, which is shown once. */
export function NewKey({ roles, laboratory }: NewKeyProps): JSX.Element {
  const create = useCreateKey();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const values = new FormData(form);
    const day = String(values.get('expires') ?? '');
    const expiresAt = day === '' ? null : new Date(`${day}T23:59:59`).toISOString();
    create.mutate(
      {
        name: String(values.get('name')),
        roles: [values.get('role') as Role],
        phi: values.has('phi'),
        expiresAt,
        ...(laboratory && { tenantId: laboratory.id }),
      },
      { onSuccess: () => form.reset() },
    );
  };
  if (create.data) return <SecretOnce label={create.data.name} secret={create.data.key} onDone={create.reset} />;
  return (
    <form
      class="row is-form"
      aria-label={laboratory ? t('admin.newKeyOf', { name: laboratory.name }) : t('admin.newKey')}
      onSubmit={submit}
    >
      <label class="field">
        {t('admin.name')}
        <input name="name" required maxLength={200} />
      </label>
      <label class="field">
        {t('admin.roles')}
        <select name="role">
          {roles.map((role) => (
            <option key={role} value={role}>
              {t(`admin.roleNames.${role}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        {t('admin.expires')}
        <input type="date" name="expires" />
      </label>
      {roles[0] !== 'operator' && (
        <label class="check">
          <input type="checkbox" name="phi" />
          {t('admin.phi')}
        </label>
      )}
      <button type="submit" class="button is-primary" disabled={create.isPending}>
        {t('admin.make')}
      </button>
      {create.error && <ErrorNote error={create.error} />}
    </form>
  );
}
